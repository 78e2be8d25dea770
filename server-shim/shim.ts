import path from 'node:path';
import { type Clock, unixSeconds } from '../platform/clock.ts';
import { lockFolder } from '../platform/folder-lock.ts';
import type { Log } from '../platform/log.ts';
import type { StatusEndpoints } from '../platform/metrics/status-server.ts';
import { Counters } from './counters.ts';
import type { DiskJournal, JournalLimits } from './journal/disk-journal.ts';
import { journalLimitsDefault, openJournal } from './journal/open-journal.ts';
import { commandIntake } from './listen/command-intake.ts';
import { type Listeners, type ListenOptions, openListeners } from './listen/open-listeners.ts';
import { journalIntake } from './listen/result-intake.ts';
import { ConfigInUse } from './metrics/config-in-use.ts';
import { shimStatus } from './metrics/shim-status.ts';
import { StatusSlot } from './metrics/status-slot.ts';
import type { SinkOptions } from './sink/create-sink.ts';
import { giveCommand } from './sink/give-command.ts';
import { SinkSet } from './sink/sink-set.ts';

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
   * Goes by other options from now on; open connections stay open. Gives what would need a restart, in
   * words, and stays as it was. Rejects with LISTEN_FAILED: then all is as before. Not to be called
   * again before it has settled.
   */
  reload(options: ShimOptions): Promise<readonly string[]>;
  /** To be told when a new configuration cannot be used: the status says so until one can. */
  keepConfig(): void;
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
  const end: { journal?: DiskJournal; sinks?: SinkSet } = {};
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
    const sinks = new SinkSet(options.sinks, { journal, stateDir, log, clock, counters });
    end.sinks = sinks;
    const intake = journalIntake({ journal, log, clock, counters });
    const give = (line: Uint8Array) => giveCommand(line, sinks.all, clock);
    const commands = commandIntake({ intake, give, log, clock, counters });
    const listenParts = { intake, commands, journal, log, clock, counters };
    const listeners = await openListeners(options, listenParts);
    sinks.start();
    const config = new ConfigInUse(clock);
    const status = () =>
      shimStatus({ journal, sinks: sinks.all, listeners, config, counters, clock, startedAt });
    const server = new StatusSlot(status, log);
    await server.open(options.metrics);
    return new RunningShim(
      options,
      { journal, sinks, listeners, server, config, counters, log },
      () => lock.release(),
    );
  } catch (error) {
    await end.sinks?.drain(0);
    await end.journal?.close();
    lock.release();
    throw error;
  }
}

interface RunningParts {
  readonly journal: DiskJournal;
  readonly sinks: SinkSet;
  readonly listeners: Listeners;
  readonly server: StatusSlot;
  readonly config: ConfigInUse;
  readonly counters: Counters;
  readonly log: Log;
}

class RunningShim implements Shim {
  readonly #options: ShimOptions;
  readonly #parts: RunningParts;
  readonly #release: () => void;
  #reloading: Promise<unknown> = Promise.resolve();
  #stopping: Promise<{ readonly resultsLeft: number }> | undefined;

  /** @param release lets go of the folder */
  constructor(options: ShimOptions, parts: RunningParts, release: () => void) {
    this.#options = options;
    this.#parts = parts;
    this.#release = release;
  }

  get ports(): Listeners['ports'] {
    return this.#parts.listeners.ports;
  }

  get counters(): Counters {
    return this.#parts.counters;
  }

  reload(options: ShimOptions): Promise<readonly string[]> {
    const reloading = this.#goBy(options);
    this.#reloading = reloading.catch(() => {});
    return reloading;
  }

  keepConfig(): void {
    this.#parts.config.kept();
  }

  stop(): Promise<{ readonly resultsLeft: number }> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #goBy(options: ShimOptions): Promise<readonly string[]> {
    const { listeners, journal, sinks, server, config } = this.#parts;
    const needs = await listeners.reload(options);
    journal.limits = options.journalLimits ?? journalLimitsDefault;
    await sinks.reload(options.sinks);
    config.taken();
    // Where it tells how it is may lie in state_dir, which stays where it was.
    if (options.stateDir !== this.#options.stateDir) return ['[shim]: state_dir', ...needs];
    await server.open(options.metrics);
    return needs;
  }

  async #stop(): Promise<{ readonly resultsLeft: number }> {
    const { listeners, journal, sinks, server, counters, log } = this.#parts;
    await this.#reloading;
    await listeners.stop(listenerGraceMs);
    await server.stop();
    await sinks.drain(this.#options.drainMs ?? drainMsDefault);
    const resultsLeft = journal.size;
    await journal.close();
    this.#release();
    if (resultsLeft > 0) {
      const message = 'stopped before all results were handed over; the rest waits in state_dir';
      log.warn('RESULTS_LEFT', message, { results: resultsLeft });
    }
    log.info('STOPPED', 'the receiver has stopped', counters.snapshot());
    return { resultsLeft };
  }
}
