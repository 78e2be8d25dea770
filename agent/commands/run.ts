import path from 'node:path';
import type { Argv } from 'yargs';
import { systemClock } from '../../platform/clock.ts';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import type { Log } from '../../platform/log.ts';
import { openStore } from '../../platform/sqlite-store.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import { type AgentConfig, loadAgentConfig } from '../config/agent-config.ts';
import { createSender } from '../deliver/create-sender.ts';
import { Deliverer } from '../deliver/deliverer.ts';
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
  const database = openStore(path.join(config.stateDir, outboxFile), outboxSchema);
  const outbox = new OutboxReader(
    database,
    receivers.map(({ name }) => name),
  );
  const deliverers = receivers.map((receiver) => {
    const stream = new ReceiverStream(database, receiver.name, outbox.stream);
    const parts = { clock: systemClock, log, stream, hostName: config.hostName };
    const sender = createSender(receiver, parts);
    const options = { receiver: receiver.name, sender, outbox, clock: systemClock, log };
    return new Deliverer({ ...options, random: Math.random });
  });
  const pipeline = startPipeline(pipelineConfig, log, {
    onResults() {
      for (const deliverer of deliverers) deliverer.notify();
    },
  });
  const running = deliverers.map((deliverer) => deliverer.run());
  const signal = stopSignal();
  try {
    signal.received.then((name) => {
      log.info('STOPPING', `${name}: delivering what is queued, then stopping`);
      pipeline.stop(stopDeadlineMs);
    });
    process.on('SIGHUP', pipeline.reload);
    await pipeline.finished;
  } finally {
    const left = await Promise.all(
      deliverers.map((deliverer, index) =>
        deliverer.stop(stopDeadlineMs, running[index] ?? Promise.resolve()),
      ),
    );
    reportLeft(left, config, log);
    process.off('SIGHUP', pipeline.reload);
    signal.ignore();
    database.close();
  }
}

function reportLeft(left: readonly number[], config: AgentConfig, log: Log): void {
  for (const [index, results] of left.entries()) {
    const receiver = config.receivers[index]?.name ?? '';
    if (results === 0) continue;
    const message = `stopped with ${results} results not delivered to ${receiver}: they wait in ${config.stateDir} for the next start`;
    log.warn('RESULTS_LEFT', message, { receiver, results });
  }
  log.info('STOPPED', 'stopped');
}
