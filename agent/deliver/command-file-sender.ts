import type { Clock } from '../../platform/clock.ts';
import {
  CommandFile,
  type CommandFileMemory,
  type CommandFileTrouble,
  pipeBufBytes,
} from '../../platform/command-file.ts';
import { NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { orAborted, withinTime } from '../../platform/within-time.ts';
import { bytesOf, textOf } from '../../protocol/byte-string.ts';
import { boundedCommandLine } from '../../protocol/external-command.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { DeliveryProgress, Sender } from '../../senders/sender.ts';

export interface CommandFileSenderOptions {
  readonly path: string;
  /** Append to a regular file, and make it when it is missing. */
  readonly create: boolean;
  /** For one delivery, in milliseconds: how long a full pipe is waited for. */
  readonly timeoutMs: number;
  /** Keeps what a Nagios that ended has left in the pipe, for the next start; in memory without it. */
  readonly memory?: CommandFileMemory;
}

/** How soon a full pipe is tried again, in milliseconds; Nagios empties one at once. */
const pipeFullRetryMs = 10;

/** How often the pipe is looked after while there is nothing to send, in milliseconds. */
const restMs = 1_000;

/**
 * Writes results into the external command file of a Nagios on this host. What is in
 * the pipe counts as delivered, although Nagios may still have to read it.
 */
export class CommandFileSender implements Sender {
  readonly target: string;
  readonly #options: CommandFileSenderOptions;
  readonly #file: CommandFile;
  readonly #clock: Clock;
  readonly #log: Log;
  /** The file ends within a line: a disk ran full. */
  #torn = false;
  #cancelRest: (() => void) | undefined;

  constructor(options: CommandFileSenderOptions, clock: Clock, log: Log) {
    this.#options = options;
    this.#file = new CommandFile(options.path, options.create, options.memory);
    this.#clock = clock;
    this.#log = log;
    this.target = options.path;
    this.#restLater();
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    this.#open();
    await withinTime(this.#options.timeoutMs, signal, async (limit) => {
      for (const { bytes, lastSeq } of this.#pieces(results)) {
        await this.#write(bytes, limit);
        progress.acknowledged(lastSeq);
      }
    });
    this.#rest();
  }

  async probe(): Promise<void> {
    this.#open();
    this.#rest();
  }

  close(): void {
    this.#cancelRest?.();
    this.#file.close();
  }

  #rest(): void {
    this.#file.rest();
    this.#restLater();
  }

  /** A Nagios that starts again gets what its predecessor left, also when nothing new is to be sent. */
  #restLater(): void {
    if (!this.#file.isHeld) return;
    this.#cancelRest ??= this.#clock.setTimer(restMs, () => {
      this.#cancelRest = undefined;
      try {
        this.#file.rest();
      } catch {
        // The next delivery meets the same trouble, and tells it.
      }
      this.#restLater();
    });
  }

  #open(): void {
    const opened = this.#file.open();
    if (opened.kind === 'trouble') throw unreachable(opened);
  }

  /** Whole lines that go into a pipe in one piece. */
  *#pieces(results: readonly QueuedResult[]): Generator<{ bytes: Buffer; lastSeq: number }> {
    let lines = '';
    let lastSeq = 0;
    for (const queued of results) {
      const line = this.#line(queued);
      if (lines !== '' && lines.length + line.length > pipeBufBytes) {
        yield { bytes: bytesOf(lines), lastSeq };
        lines = '';
      }
      lines += line;
      lastSeq = queued.seq;
    }
    if (lines !== '') yield { bytes: bytesOf(lines), lastSeq };
  }

  #line({ result }: QueuedResult): string {
    const { line, cut } = boundedCommandLine(result, pipeBufBytes);
    if (cut) {
      const message = `a command line has no room for all of an output: cut at ${pipeBufBytes} bytes`;
      const fields = { host: textOf(result.host), service: textOf(result.service ?? '') };
      this.#log.warn('RESULT_CUT', message, fields);
    }
    return line;
  }

  /** Writes to the end, waiting for a pipe's reader; only a regular file can take a part. */
  async #write(lines: Buffer, limit: AbortSignal): Promise<void> {
    let rest: Uint8Array = this.#torn ? Buffer.concat([Buffer.from('\n'), lines]) : lines;
    while (rest.length > 0) {
      const write = this.#file.write(rest);
      if (write.kind === 'trouble') {
        this.#file.close();
        throw unreachable(write);
      }
      if (write.kind === 'pipe-full') await this.#waitForReader(limit);
      else rest = rest.subarray(write.bytes);
      this.#torn = write.kind === 'written' && rest.length > 0;
    }
  }

  async #waitForReader(limit: AbortSignal): Promise<void> {
    const pause = new Promise<void>((resolve) => {
      this.#clock.setTimer(pipeFullRetryMs, resolve);
    });
    try {
      await orAborted(pause, limit);
    } catch (cause) {
      const message = 'the pipe of the command file stays full: its reader, Nagios, does not read';
      throw new NagtailError('PEER_TIMEOUT', message, { cause });
    }
  }
}

function unreachable({ message }: CommandFileTrouble): NagtailError {
  return new NagtailError('PEER_UNREACHABLE', message);
}
