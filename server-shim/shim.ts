import path from 'node:path';
import { type Clock, unixSeconds } from '../platform/clock.ts';
import { lockFolder } from '../platform/folder-lock.ts';
import type { Log } from '../platform/log.ts';
import { processMetrics } from '../platform/metrics/process-metrics.ts';
import {
  openStatusServer,
  type StatusEndpoints,
  type StatusServer,
} from '../platform/metrics/status-server.ts';
import { Counters } from './counters.ts';
import type { DiskJournal, JournalLimits } from './journal/disk-journal.ts';
import { openJournal } from './journal/open-journal.ts';
import { commandIntake } from './listen/command-intake.ts';
import { type Listeners, type ListenOptions, openListeners } from './listen/open-listeners.ts';
import { journalIntake } from './listen/result-intake.ts';
import { shimMetrics } from './metrics/shim-metrics.ts';
import { type ShimStatus, shimStatus } from './metrics/shim-status.ts';
import { createSink, type SinkOptions } from './sink/create-sink.ts';
import { giveCommand } from './sink/give-command.ts';
import type { ResultSink } from './sink/result-sink.ts';

export interface ShimOptions extends ListenOptions {
  /** The folder for what must survive a restart; one receiver has it to itself. */
  readonly stateDir: string;
  readonly journalLimits?: JournalLimits;
  readonly sinks: readonly SinkOptions[];
  /** Where the receiver tells how it is; nowhere without it. */
  readonly metrics?: StatusEndpoints;
  /** How long sinks are given to take what waits when the program stops. */
  readonly drainMs?: number;
}

/** A running receiver. */
export interface Shim {
  /** The ports that are open, by protocol. */
  readonly ports: Listeners['ports'];
  readonly counters: Counters;
  /**
   * Takes no more connections, ends the open ones, and hands over what waits, as
   * far as that can be done soon. Gives how many results wait for the next start.
   */
  stop(): Promise<{ readonly resultsLeft: number }>;
}

/** How long clients may take to finish what they are sending when the program stops. */
const listenerGraceMs = 2000;

const drainMsDefault = 2000;

/**
 * Puts a receiver together and starts it: the journal is open before anything can
 * come. Rejects with STORE_FAILED, STATE_NEWER or LISTEN_FAILED; nothing runs then.
 */
export async function startShim(
  options: ShimOptions,
  parts: { readonly log: Log; readonly clock: Clock },
): Promise<Shim> {
  const { log, clock } = parts;
  const { stateDir, journalLimits: limits } = options;
  const counters = new Counters();
  const startedAt = unixSeconds(clock);
  const lock = lockFolder(stateDir);
  const end = { journal: undefined as DiskJournal | undefined, sinks: [] as ResultSink[] };
  try {
    const journal = openJournal(
      {
        folder: path.join(stateDir, 'journal'),
        sinks: options.sinks.map(({ name }) => name),
        ...(limits === undefined ? {} : { limits }),
      },
      { log, clock, counters },
    );
    end.journal = journal;
    for (const sinkOptions of options.sinks) {
      const reader = journal.reader(sinkOptions.name);
      const sinkParts = { journal: reader, stateDir, log, clock, counters };
      const sink = createSink(sinkOptions, sinkParts);
      end.sinks.push(sink);
    }
    const intake = journalIntake({ journal, log, clock, counters });
    const give = (line: Uint8Array) => giveCommand(line, end.sinks, clock);
    const commands = commandIntake({ intake, give, log, clock, counters });
    const listenParts = { intake, commands, journal, log, clock, counters };
    const listeners = await openListeners(options, listenParts);
    for (const sink of end.sinks) sink.start();
    const status = () =>
      shimStatus({ journal, sinks: end.sinks, listeners, counters, clock, startedAt });
    const server = await openStatus(options.metrics, status, log);
    const stop = async () => {
      await listeners.stop(listenerGraceMs);
      await server?.stop();
      await Promise.all(end.sinks.map((sink) => sink.drain(options.drainMs ?? drainMsDefault)));
      const resultsLeft = journal.size;
      await journal.close();
      lock.release();
      if (resultsLeft > 0) {
        const message = 'stopped before all results were handed over; the rest waits in state_dir';
        log.warn('RESULTS_LEFT', message, { results: resultsLeft });
      }
      log.info('STOPPED', 'the receiver has stopped', counters.snapshot());
      return { resultsLeft };
    };
    let stopping: ReturnType<typeof stop> | undefined;
    return {
      ports: listeners.ports,
      counters,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    for (const sink of end.sinks) await sink.drain(0);
    await end.journal?.close();
    lock.release();
    throw error;
  }
}

/** Tells whoever asks how the receiver is. */
async function openStatus(
  endpoints: StatusEndpoints | undefined,
  statusNow: () => ShimStatus,
  log: Log,
): Promise<StatusServer | undefined> {
  if (endpoints === undefined) return undefined;
  const status = async () => statusNow();
  const metrics = async () => [...shimMetrics(statusNow()), ...processMetrics()];
  return await openStatusServer(endpoints, { status, metrics }, log);
}
