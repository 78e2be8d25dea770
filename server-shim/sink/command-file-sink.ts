import type { Clock } from '../../platform/clock.ts';
import { CommandFile, type CommandFileTrouble, pipeBufBytes } from '../../platform/command-file.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { type LineChunk, lineChunks } from './line-chunks.ts';
import type { ResultSink } from './result-sink.ts';

export interface CommandFileSinkOptions {
  readonly path: string;
  /** Append to a regular file, and create it if there is none. */
  readonly create?: boolean;
}

/** Results that are taken from the journal at a time; between batches others have their turn. */
const batchResults = 1000;

/** How soon a full pipe is tried again; Nagios empties one within milliseconds. */
const pipeFullRetryMs = 10;

/** How soon a command file that is absent or has no reader is tried again. */
const troubleRetryMs = 100;

/** A pipe that stays full for so long is worth a message: Nagios does not read. */
const pipeFullPatienceMs = 5000;

/**
 * Writes results into Nagios' command file. A result leaves the journal when its
 * whole line is in the file; whatever hinders that is tried again until it works,
 * in the order of receipt. Trouble is logged once when it begins and once when it
 * is over.
 */
export class CommandFileSink implements ResultSink {
  readonly #file: CommandFile;
  readonly #journal: JournalReader;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;
  #whenEmpty = () => {};
  #trouble: string | undefined;
  #fullSinceMs: number | undefined;
  /**
   * How much of the oldest results' bytes is written already, and into which
   * opening of the file. Only a line longer than PIPE_BUF, or a disk that ran
   * full, can leave a part; it is finished before anything else is written, or
   * written again from its beginning if the file is no longer open.
   */
  #part = { bytes: 0, timesOpened: 0 };

  constructor(
    options: CommandFileSinkOptions,
    parts: {
      readonly journal: JournalReader;
      readonly log: Log;
      readonly clock: Clock;
      readonly counters: Counters;
    },
  ) {
    this.#file = new CommandFile(options.path, options.create ?? false);
    this.#journal = parts.journal;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#counters = parts.counters;
  }

  start(): void {
    this.#journal.onAppended(() => {
      // While something hinders writing its timer runs already.
      if (this.#cancelTimer === undefined) this.#pumpAfter(0);
    });
    const look = this.#file.look();
    if (look.kind === 'trouble') this.#sayTrouble(look);
    this.#pumpAfter(0);
  }

  drain(deadlineMs: number): Promise<number> {
    return new Promise((resolve) => {
      const cancelDeadline = this.#clock.setTimer(deadlineMs, () => this.#whenEmpty());
      this.#whenEmpty = () => {
        cancelDeadline();
        this.#stop();
        resolve(this.#journal.size);
      };
      this.#pump();
    });
  }

  #stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#file.close();
    this.#whenEmpty = () => {};
  }

  #pumpAfter(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#stopped) return;
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#pump();
    });
  }

  /** Writes what waits, a batch at most; sees to it that it is called again for the rest. */
  #pump(): void {
    if (this.#stopped) return;
    if (this.#journal.size === 0) {
      this.#file.rest();
      this.#whenEmpty();
      return;
    }
    const opened = this.#file.open();
    if (opened.kind === 'trouble') {
      this.#hindered(opened);
      return;
    }
    for (const chunk of lineChunks(this.#journal.oldest(batchResults))) {
      if (!this.#writeChunk(chunk)) return;
    }
    this.#pumpAfter(0);
  }

  /** Writes a chunk to its end; false if something hindered it. */
  #writeChunk(chunk: LineChunk): boolean {
    const { timesOpened } = this.#file;
    if (this.#part.timesOpened !== timesOpened) this.#part = { bytes: 0, timesOpened };
    while (this.#part.bytes < chunk.bytes.length) {
      const piece = chunk.bytes.subarray(this.#part.bytes, this.#part.bytes + pipeBufBytes);
      const write = this.#file.write(piece);
      if (write.kind === 'trouble') {
        // The reader that went may have read the line's beginning. The next one must get it
        // whole, and not after a piece that is still in the pipe: closing empties that.
        if (this.#part.bytes > 0 && write.reason === 'NO_READER') this.#file.close();
        this.#hindered(write);
        return false;
      }
      if (write.kind === 'pipe-full') {
        this.#waitForReader();
        return false;
      }
      this.#part.bytes += write.bytes;
    }
    this.#part.bytes = 0;
    this.#journal.removeThrough(chunk.throughSequence);
    this.#counters.add('results_written', chunk.results);
    this.#sayWorks();
    return true;
  }

  #hindered(trouble: CommandFileTrouble): void {
    this.#counters.add('sink_failures');
    this.#sayTrouble(trouble);
    this.#pumpAfter(troubleRetryMs);
  }

  #waitForReader(): void {
    this.#counters.add('sink_pipe_full');
    const nowMs = this.#clock.monotonicMs();
    this.#fullSinceMs ??= nowMs;
    if (nowMs - this.#fullSinceMs >= pipeFullPatienceMs) {
      const message = 'the pipe of the command file stays full: its reader, Nagios, does not read';
      this.#sayTrouble({ kind: 'trouble', reason: 'PIPE_FULL', message });
    }
    this.#pumpAfter(pipeFullRetryMs);
  }

  #sayTrouble({ reason, message }: CommandFileTrouble): void {
    if (this.#trouble === reason) return;
    this.#trouble = reason;
    const fields = { reason, results_waiting: this.#journal.size };
    this.#log.error('SINK_BLOCKED', `${message} (results are kept until then)`, fields);
  }

  #sayWorks(): void {
    this.#fullSinceMs = undefined;
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.info('SINK_WORKS_AGAIN', 'the command file takes results again', {
      results_waiting: this.#journal.size,
    });
  }
}
