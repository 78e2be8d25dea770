import { type Clock, systemClock, unixSeconds } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { processMetrics } from '../../platform/metrics/process-metrics.ts';
import { openStatusServer, type StatusServer } from '../../platform/metrics/status-server.ts';
import type { NamedSender } from '../../senders/sender.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { createSender } from '../deliver/create-sender.ts';
import { Delivery, type LeftResults } from '../deliver/delivery.ts';
import { agentMetrics } from '../metrics/agent-metrics.ts';
import { agentStatus } from '../metrics/agent-status.ts';
import { ReceiverStream } from '../outbox/receiver-stream.ts';
import { type PipelineHandle, startPipeline } from '../pipeline/start-pipeline.ts';
import { AgentSignals } from './agent-signals.ts';
import type { AgentStore } from './agent-store.ts';

/** How long stopping may take to deliver what is queued, in milliseconds. */
const stopDeadlineMs = 5_000;

/** How long what is being sent may take to be answered before a lost store is put back: what has no answer is sent again. */
const settleMs = 3_000;

/** Between two looks whether the store is still in its place, in milliseconds. */
const lookIntervalMs = 1_000;

/** Why a session is over. */
export type SessionEnd =
  /** A stop signal came, or all inputs have ended. */
  | 'ended'
  /** The store's file is not in its place any more. */
  | 'store lost'
  | 'store damaged';

export interface SessionParts {
  readonly store: AgentStore;
  readonly config: AgentConfig;
  /** Reads the configuration again; undefined when nothing of it can be taken while the agent runs. */
  readonly renew: () => AgentConfig | undefined;
  readonly log: Log;
  /** Settles when the agent has to stop. */
  readonly stopped: Promise<unknown>;
}

/**
 * Follows, runs rules and delivers on an open store, as long as that goes well or until the agent has
 * to stop. All that can be saved is in the store then.
 */
export async function runSession(parts: SessionParts): Promise<SessionEnd> {
  const { store, config, log, stopped } = parts;
  const trouble = Promise.withResolvers<SessionEnd>();
  const delivery = deliveryOf(parts, () => trouble.resolve('store damaged'));
  // The receivers and their secrets stay in this thread.
  const { receivers: _, ...pipelineConfig } = config;
  const pipeline = startPipeline(pipelineConfig, log, {
    onResults: () => delivery.notify(),
    onSignal: (name) => signals.emulate(name),
  });
  const renew = () => {
    const renewed = parts.renew();
    if (renewed !== undefined) delivery.renew(sendersOf({ ...parts, config: renewed }));
  };
  const signals = new AgentSignals(pipeline, renew, log);
  delivery.start();
  const server = openStatus(parts, pipeline, delivery);
  const cancelLook = lookNowAndThen(store, systemClock, () => trouble.resolve('store lost'));
  signals.listen();
  stopped.then(() => pipeline.stop(stopDeadlineMs));
  let end: SessionEnd = 'ended';
  try {
    end = await Promise.race([endOf(pipeline), trouble.promise]);
    if (end !== 'ended') await finish(pipeline);
    return end;
  } finally {
    cancelLook();
    signals.ignore();
    await (await server).stop();
    const left = await stopDelivery(delivery, end);
    if (end === 'ended') reportLeft(left, config.stateDir, log);
  }
}

/** Tells whoever asks how the agent is. */
function openStatus(
  { config, log }: SessionParts,
  pipeline: PipelineHandle,
  delivery: Delivery,
): Promise<StatusServer> {
  const clock = systemClock;
  const startedAt = unixSeconds(clock) - Math.floor(process.uptime());
  const stats = () => pipeline.stats();
  const status = () =>
    agentStatus({ config, clock, startedAt, stats, delivery: () => delivery.status() });
  const metrics = async () => [...agentMetrics(await status()), ...processMetrics()];
  return openStatusServer(config.metrics, { status, metrics }, log);
}

function deliveryOf(parts: SessionParts, onStoreDamaged: () => void): Delivery {
  const { store, config, log } = parts;
  return new Delivery({
    mode: config.mode,
    senders: sendersOf(parts),
    outbox: store.outbox,
    limits: config.queue,
    random: Math.random,
    onStoreDamaged,
    clock: systemClock,
    log,
  });
}

function sendersOf({ store, config, log }: SessionParts): readonly NamedSender[] {
  const { database, outbox } = store;
  const { hostName, stateDir } = config;
  return config.receivers.map((receiver) => {
    const { name } = receiver;
    const stream = new ReceiverStream(database, name, outbox.stream);
    return {
      name,
      sender: createSender(receiver, { clock: systemClock, log, stream, hostName, stateDir }),
    };
  });
}

/** @throws NagtailError PIPELINE_FAILED */
async function endOf(pipeline: PipelineHandle): Promise<SessionEnd> {
  try {
    await pipeline.finished;
    return 'ended';
  } catch (error) {
    if (error instanceof NagtailError && error.code === 'STORE_DAMAGED') return 'store damaged';
    throw error;
  }
}

/** Ends reading. What cannot be saved any more is handled again. */
async function finish(pipeline: PipelineHandle): Promise<void> {
  pipeline.stop(stopDeadlineMs);
  await pipeline.finished.catch(() => {});
}

/** What is sent at the end comes from a store that may be damaged. */
async function stopDelivery(delivery: Delivery, end: SessionEnd): Promise<LeftResults[]> {
  const deadlines = { ended: stopDeadlineMs, 'store lost': settleMs, 'store damaged': 0 };
  try {
    return await delivery.stop(deadlines[end]);
  } catch (error) {
    if (end === 'store damaged') return [];
    throw error;
  }
}

/** Looks each second whether the store is in its place, until it is not. */
function lookNowAndThen(store: AgentStore, clock: Clock, onLost: () => void): () => void {
  let cancel = () => {};
  const look = () => {
    if (store.isInPlace) cancel = clock.setTimer(lookIntervalMs, look);
    else onLost();
  };
  look();
  return () => cancel();
}

function reportLeft(left: readonly LeftResults[], stateDir: string, log: Log): void {
  for (const { receivers, results } of left) {
    if (results === 0) continue;
    const receiver = receivers.join(', ');
    const message = `stopped with ${results} results not delivered to ${receiver}: they wait in ${stateDir} for the next start`;
    log.warn('RESULTS_LEFT', message, { receiver, results });
  }
}
