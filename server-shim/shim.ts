import { randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { Counters } from './counters.ts';
import { MemoryQueue, type QueueLimits, queueLimitsDefault } from './journal/memory-queue.ts';
import { listenNsca, type NscaListenerOptions } from './listen/nsca-listener.ts';
import { journalIntake } from './listen/result-intake.ts';
import { CommandFileSink, type CommandFileSinkOptions } from './sink/command-file-sink.ts';

export interface ShimOptions {
  readonly nsca: NscaListenerOptions;
  readonly commandFile: CommandFileSinkOptions;
  readonly queue?: QueueLimits;
  /** How long Nagios is given to take what waits when the program stops. */
  readonly drainMs?: number;
}

/** A running receiver. */
export interface Shim {
  /** The ports that are open, by protocol. */
  readonly ports: { readonly nsca: number };
  readonly counters: Counters;
  /**
   * Takes no more connections, ends the open ones, and hands over what waits, as
   * far as that can be done soon. Gives how many results could not be handed over.
   */
  stop(): Promise<{ readonly resultsLeft: number }>;
}

/** How long clients may take to finish what they are sending when the program stops. */
const listenerGraceMs = 2000;

const drainMsDefault = 10_000;

/** Puts a receiver together and starts it. Rejects with LISTEN_FAILED; nothing runs then. */
export async function startShim(
  options: ShimOptions,
  parts: { readonly log: Log; readonly clock: Clock },
): Promise<Shim> {
  const { log, clock } = parts;
  const counters = new Counters();
  const journal = new MemoryQueue(options.queue ?? queueLimitsDefault, { log, counters });
  const intake = journalIntake({ journal, log, clock, counters });
  const listener = await listenNsca(options.nsca, { intake, log, clock, counters, randomBytes });
  const sink = new CommandFileSink(options.commandFile, { journal, log, clock, counters });
  sink.start();
  const { address, method } = options.nsca;
  log.info('LISTENING', `listening for NSCA on ${address}, port ${listener.port}`, {
    protocol: 'nsca',
    address,
    port: listener.port,
    method,
  });
  return {
    ports: { nsca: listener.port },
    counters,
    async stop() {
      await listener.stop(listenerGraceMs);
      const resultsLeft = await sink.drain(options.drainMs ?? drainMsDefault);
      if (resultsLeft > 0) {
        const message = 'stopped before Nagios took all results; those that are left are lost';
        log.error('RESULTS_LEFT', message, { results: resultsLeft });
      }
      log.info('STOPPED', 'the receiver has stopped', counters.snapshot());
      return { resultsLeft };
    },
  };
}
