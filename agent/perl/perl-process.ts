import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError, systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import { blockFor } from './block-for.ts';
import { coprocessProgram } from './coprocess-program.ts';
import { howProcessEnded } from './how-process-ended.ts';
import { type Frame, FrameReader } from './perl-frames.ts';

/** How long a perl that was told to end may take for its END blocks before it is killed. */
const endGraceMs = 1000;

/** What the first call may take beyond its time limit, because perl has to start. */
const startAllowanceMs = 10_000;

/** Room for a usual request; it grows as needed, and shrinks again after a very large one. */
const outgoingBytes = 4096;
const keptBytesMax = 65_536;

/** With a time limit for calls: how long to ask again at once before waiting between tries. */
const spinMs = 0.05;
/** The waits between tries: a fixed share of the time that the call has taken, within bounds. */
const waitShare = 0.25;
const waitMsMax = 20;

export interface PerlProcessOptions {
  readonly path: string;
  /** Arguments of coprocess.pl; its head says what they are. */
  readonly parameters: readonly string[];
  /** The longest time that one call may take; without it, as long as it likes. */
  readonly timeoutMs: number | undefined;
  /** A file descriptor. */
  readonly standardError: number;
  readonly clock: Clock;
}

/** The answer to a request, or why there is no process any more to answer. */
export type Exchange = { readonly frame: Frame } | { readonly ended: string };

/**
 * One perl process and the two FIFOs to it. Whoever asks it waits in the calling
 * thread, blocked in read(2): the fastest way there is (some 15 µs for a call and
 * its answer), and one that works in a worker thread as well. Each end is held by
 * one process only, so the end of one shows at once to the other as end of file.
 */
export class PerlProcess {
  readonly #options: PerlProcessOptions;
  readonly #child: ChildProcess;
  readonly #requests: number;
  readonly #answers: number;
  readonly #reader = new FrameReader();
  #outgoing = Buffer.allocUnsafe(outgoingBytes);
  #allowanceMs = startAllowanceMs;
  #closed = false;

  /** Starts perl. Throws what mkfifo, open or fork complain of. */
  constructor(options: PerlProcessOptions) {
    this.#options = options;
    // Only a pipe that does not block can be given up on.
    const answerFlags = options.timeoutMs === undefined ? 0 : constants.O_NONBLOCK;
    const pipes = openPipes(answerFlags);
    try {
      this.#child = spawn(options.path, ['-w', ...coprocessProgram, ...options.parameters], {
        stdio: [
          ...(['ignore', 'inherit', options.standardError] as const),
          ...[pipes.requests.read, pipes.answers.write],
        ],
      });
    } finally {
      closeSync(pipes.requests.read);
      closeSync(pipes.answers.write);
    }
    // That it could not be started shows as end of file.
    this.#child.on('error', () => {});
    this.#child.unref();
    this.#requests = pipes.requests.write;
    this.#answers = pipes.answers.read;
  }

  /** Its process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a request and waits for its answer. After an end the process is closed. */
  exchange(request: ByteString): Exchange {
    try {
      this.#send(request);
      return this.#receive();
    } catch (error) {
      this.kill();
      const reason = error instanceof NagtailError ? messageOf(error) : systemReason(error);
      return { ended: reason };
    }
  }

  /** Ends perl: it sees the end of its input. One that does not end soon is killed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#requests);
    closeSync(this.#answers);
    if (this.#child.pid === undefined) return;
    const cancel = this.#options.clock.setTimer(endGraceMs, () => this.#child.kill('SIGKILL'));
    this.#child.once('exit', cancel);
  }

  /** Ends perl without asking. */
  kill(): void {
    this.#child.kill('SIGKILL');
    this.close();
  }

  #send(request: ByteString): void {
    if (this.#outgoing.length < request.length) this.#outgoing = Buffer.allocUnsafe(request.length);
    const end = this.#outgoing.write(request, 'latin1');
    try {
      for (let sent = 0; sent < end; )
        sent += writeSync(this.#requests, this.#outgoing, sent, end - sent);
    } catch (error) {
      // It has ended before the request; what it said last is still to be read.
      if (systemCodeOf(error) !== 'EPIPE') throw error;
    }
    if (this.#outgoing.length > keptBytesMax) this.#outgoing = Buffer.allocUnsafe(outgoingBytes);
  }

  #receive(): Exchange {
    const started = this.#options.timeoutMs === undefined ? 0 : this.#options.clock.monotonicMs();
    for (;;) {
      const frame = this.#reader.next();
      if (frame !== undefined) {
        this.#allowanceMs = 0;
        return { frame };
      }
      const count = this.#reader.fill((buffer, offset, length) =>
        this.#read(buffer, offset, length, started),
      );
      if (count > 0) continue;
      const reason = howProcessEnded(this.#child.pid);
      this.kill();
      return { ended: reason };
    }
  }

  /** Reads, and waits until there is something to read. 0 means the end. */
  #read(buffer: Buffer, offset: number, length: number, started: number): number {
    for (;;) {
      try {
        return readSync(this.#answers, buffer, offset, length, null);
      } catch (error) {
        if (systemCodeOf(error) !== 'EAGAIN') throw error;
        this.#waitABit(started);
      }
    }
  }

  #waitABit(started: number): void {
    const { clock, timeoutMs } = this.#options;
    const elapsed = clock.monotonicMs() - started;
    if (timeoutMs !== undefined && elapsed > timeoutMs + this.#allowanceMs)
      throw new NagtailError('PEER_TIMEOUT', `it was killed: no answer within ${timeoutMs} ms`);
    if (elapsed > spinMs) blockFor(Math.min(elapsed * waitShare, waitMsMax));
  }
}

interface Pipe {
  readonly read: number;
  readonly write: number;
}

/** Two FIFOs that have no name any more, so that nothing of them stays behind. */
function openPipes(answerFlags: number): { readonly requests: Pipe; readonly answers: Pipe } {
  const folder = mkdtempSync(join(tmpdir(), 'nagtail-perl-'));
  const requests = join(folder, 'requests');
  const answers = join(folder, 'answers');
  try {
    const made = spawnSync('mkfifo', ['-m', '600', requests, answers], { encoding: 'latin1' });
    if (made.error !== undefined) throw made.error;
    if (made.status !== 0)
      throw new NagtailError('PIPELINE_FAILED', `mkfifo failed: ${made.stderr.trim()}`);
    return { requests: openPipe(requests, 0), answers: openPipe(answers, answerFlags) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens both ends; the one for both makes sure that neither waits for the other. */
function openPipe(path: string, readFlags: number): Pipe {
  const both = openSync(path, constants.O_RDWR);
  const read = openSync(path, constants.O_RDONLY | readFlags);
  const write = openSync(path, constants.O_WRONLY);
  closeSync(both);
  return { read, write };
}
