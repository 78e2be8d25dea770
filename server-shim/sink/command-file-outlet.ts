import { CommandFile, pipeBufBytes } from '../../platform/command-file.ts';
import type { Log } from '../../platform/log.ts';
import { unreadFile as keptIn } from '../../platform/unread-file.ts';
import { bytesOf, textOf } from '../../protocol/byte-string.ts';
import { boundedCommandLine } from '../../protocol/external-command.ts';
import type { Counters } from '../counters.ts';
import type { JournalEntry } from '../journal/result-journal.ts';
import { type LineChunk, type LongResult, lineChunks } from './line-chunks.ts';
import type { Handed, HandOver, Outlet, OutletBusy, OutletTrouble } from './outlet.ts';
import type { SpoolFolder } from './spool-folder.ts';

export interface CommandFileOptions {
  readonly path: string;
  /** Append to a regular file, and create it if there is none. */
  readonly create?: boolean;
  /** Keeps what a reader that went away left in the pipe, for the next start. */
  readonly unreadFile?: string | undefined;
}

const pipeFull: OutletBusy = {
  kind: 'busy',
  reason: 'PIPE_FULL',
  message: 'the pipe of the command file stays full: its reader, Nagios, does not read',
  patienceMs: 5_000,
  // Nagios empties a pipe within milliseconds.
  retryMs: 10,
};

/**
 * Nagios' external command file. A line that a pipe would not take in one piece could mix with
 * another writer's: such a result goes by the spool folder, when there is one, or is cut.
 */
export class CommandFileOutlet implements Outlet {
  /** Between batches others have their turn. */
  readonly batchResults = 1000;
  readonly #file: CommandFile;
  readonly #isRegular: boolean;
  readonly #spool: SpoolFolder | undefined;
  readonly #log: Log;
  readonly #counters: Counters;
  #closed = false;

  constructor(
    { path, create = false, unreadFile }: CommandFileOptions,
    parts: {
      readonly spool?: SpoolFolder | undefined;
      readonly log: Log;
      readonly counters: Counters;
    },
  ) {
    this.#log = parts.log;
    const memory = unreadFile === undefined ? {} : keptIn(unreadFile, parts.log);
    this.#file = new CommandFile(path, create, memory);
    this.#isRegular = create;
    this.#spool = parts.spool;
    this.#counters = parts.counters;
  }

  look(): OutletTrouble | undefined {
    const look = this.#file.look();
    return look.kind === 'trouble' ? look : undefined;
  }

  async handOver(entries: readonly JournalEntry[], handed: Handed): Promise<HandOver> {
    if (this.#closed) return { kind: 'done' };
    const opened = this.#file.open();
    if (opened.kind === 'trouble') return opened;
    const ready = this.#spool?.withoutPending(entries) ?? entries;
    for (const chunk of lineChunks(ready)) {
      if (this.#closed) return { kind: 'done' };
      const failure =
        chunk.kind === 'lines' ? this.#write(chunk.bytes) : await this.#handOverLong(chunk);
      if (failure !== undefined) return failure;
      handed(chunk.throughSequence, chunk.kind === 'lines' ? chunk.results : 1);
    }
    if (this.#spool !== undefined && ready.length < entries.length) return this.#spool.busy;
    return { kind: 'done' };
  }

  giveCommand(line: Uint8Array): HandOver {
    if (this.#closed) {
      // Whoever gave it must not be told that it was done.
      return { kind: 'trouble', reason: 'STOPPED', message: 'the receiver is stopping' };
    }
    const opened = this.#file.open();
    if (opened.kind === 'trouble') return opened;
    return this.#write(Buffer.from(line)) ?? { kind: 'done' };
  }

  rest(): void {
    this.#file.rest();
  }

  close(): void {
    this.#closed = true;
    this.#file.close();
    this.#spool?.close();
  }

  #write(bytes: LineChunk['bytes']): HandOver | undefined {
    const write = this.#file.write(bytes);
    if (write.kind === 'trouble') return write;
    return write.kind === 'pipe-full' ? pipeFull : undefined;
  }

  async #handOverLong({ line, result }: LongResult): Promise<HandOver | undefined> {
    if (this.#isRegular) return this.#write(bytesOf(line));
    if (this.#spool !== undefined) {
      const spooled = await this.#spool.write([result]);
      return spooled.kind === 'done' ? undefined : spooled;
    }
    const failure = this.#write(bytesOf(boundedCommandLine(result, pipeBufBytes).line));
    if (failure !== undefined) return failure;
    this.#counters.add('results_cut');
    const message = `a command line has no room for all of an output: cut at ${pipeBufBytes} bytes (the key spool lets it go whole)`;
    const fields = { host: textOf(result.host), service: textOf(result.service ?? '') };
    this.#log.warn('RESULT_CUT', message, fields);
    return undefined;
  }
}
