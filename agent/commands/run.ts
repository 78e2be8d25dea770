import path from 'node:path';
import type { Argv } from 'yargs';
import { systemClock } from '../../platform/clock.ts';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import { lockFolder } from '../../platform/folder-lock.ts';
import type { Log } from '../../platform/log.ts';
import { openSoundStore } from '../../platform/sound-store.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import { type AgentConfig, loadAgentConfig } from '../config/agent-config.ts';
import { createSender } from '../deliver/create-sender.ts';
import { Delivery, type LeftResults, positionsOf } from '../deliver/delivery.ts';
import { OutboxReader } from '../outbox/outbox-reader.ts';
import { outboxFile, outboxSchema } from '../outbox/outbox-schema.ts';
import { ReceiverStream } from '../outbox/receiver-stream.ts';
import { startPipeline } from '../pipeline/start-pipeline.ts';

/** How long stopping may take to deliver what is queued, in milliseconds. */
const stopDeadlineMs = 5_000;

/** `nagtail run`: the agent, in the foreground. */
export function addRunCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'run',
    'follow logs, run rules and report, in the foreground',
    (command) => command,
    (options) => runAgent(loadAgentConfig(options.config), programLog('nagtail', options)),
  );
}

/** Runs until a stop signal comes or all inputs have ended, then delivers what is queued. */
async function runAgent(config: AgentConfig, log: Log): Promise<void> {
  // The receivers and their secrets stay in this thread.
  const { receivers, ...pipelineConfig } = config;
  const { hostName } = config;
  const lock = lockFolder(config.stateDir);
  const store = path.join(config.stateDir, outboxFile);
  const database = openSoundStore(store, outboxSchema, { log, clock: systemClock });
  const names = receivers.map(({ name }) => name);
  const outbox = new OutboxReader(database, positionsOf(config.mode, names));
  const parts = { clock: systemClock, log };
  const delivery = new Delivery({
    mode: config.mode,
    senders: receivers.map((receiver) => {
      const { name } = receiver;
      const stream = new ReceiverStream(database, name, outbox.stream);
      return { name, sender: createSender(receiver, { ...parts, stream, hostName }) };
    }),
    outbox,
    limits: config.queue,
    random: Math.random,
    ...parts,
  });
  const pipeline = startPipeline(pipelineConfig, log, {
    onResults: () => delivery.notify(),
  });
  delivery.start();
  const signal = stopSignal();
  const reload = () => pipeline.reload();
  try {
    signal.received.then((name) => {
      log.info('STOPPING', `${name}: delivering what is queued, then stopping`);
      pipeline.stop(stopDeadlineMs);
    });
    process.on('SIGHUP', reload);
    await pipeline.finished;
  } finally {
    reportLeft(await delivery.stop(stopDeadlineMs), config.stateDir, log);
    process.off('SIGHUP', reload);
    signal.ignore();
    database.close();
    lock.release();
  }
}

function reportLeft(left: readonly LeftResults[], stateDir: string, log: Log): void {
  for (const { receivers, results } of left) {
    if (results === 0) continue;
    const receiver = receivers.join(', ');
    const message = `stopped with ${results} results not delivered to ${receiver}: they wait in ${stateDir} for the next start`;
    log.warn('RESULTS_LEFT', message, { receiver, results });
  }
  log.info('STOPPED', 'stopped');
}
