import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../platform/errors.ts';
import type { EndCause } from '../../protocol/batch/server-frames.ts';
import { byteStringFrom } from '../../protocol/byte-string.ts';
import { LineBuffer } from '../../protocol/nsca-ng/line-buffer.ts';
import { parseRequest, type Request, requestBytesMax } from '../../protocol/nsca-ng/request.ts';
import { answerLine } from '../../protocol/nsca-ng/response.ts';
import type { KnownIdentity } from '../admit/identity.ts';
import { AnswerQueue } from './answer-queue.ts';
import type { Backlog } from './backlog.ts';
import type { CommandIntake } from './command-intake.ts';
import { TlsClient, type TlsClientParts } from './tls-client.ts';
import type { TlsSession } from './tls-session.ts';

/** What all NSCA-ng sessions of a listener share. */
export interface NscaNgSessionContext extends TlsClientParts {
  readonly commands: CommandIntake;
  /** What all sessions have on its way into the journal. */
  readonly backlog: Backlog;
  /** A client that sends no whole request for so long is told so, and closed. */
  readonly idleTimeoutMs: number;
}

const okay = 'OKAY\r\n';

/** Commands of a client that does not wait for answers which may be on their way into the journal. */
const takingMax = 512;

/**
 * One connection of a client of NSCA-ng: a request, an answer. The second OKAY of a PUSH
 * comes when the result is in the journal. Clients that do not wait for answers are
 * served all the same: what they sent in one go shares a sync of the disk.
 */
export class NscaNgSession implements TlsSession {
  readonly client: TlsClient;
  readonly #context: NscaNgSessionContext;
  readonly #input = new LineBuffer(requestBytesMax);
  readonly #answers: AnswerQueue;
  #greeted = false;
  /** Bytes of the command that a PUSH has announced. */
  #pushed: number | undefined;
  /** The client has sent all that it will send. */
  #inputEnded = false;
  /** It sends too much for the moment: nothing is read until it may go on. */
  #isHeld = false;
  /** It has sent more than its rate allows, and waits. */
  #isPaused = false;
  /** No further request is served. */
  #isEnding = false;
  /** The last words were said. */
  #ended = false;
  #lastRequestMs: number;
  #cancelIdle = () => {};
  #cancelPause = () => {};

  constructor(socket: TLSSocket, identity: KnownIdentity, context: NscaNgSessionContext) {
    this.client = new TlsClient(socket, identity, context);
    this.#context = context;
    this.#lastRequestMs = context.clock.monotonicMs();
    this.#answers = new AnswerQueue({
      write: (answers) => this.#write(answers),
      end: (answers) => this.#finish(answers),
    });
  }

  get idleSinceMs(): number | undefined {
    return this.#answers.promised > 0 ? undefined : this.#lastRequestMs;
  }

  start(): void {
    const socket = this.client.socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => {
      this.#inputEnded = true;
      this.#endWhenDone();
    });
    socket.on('error', (error) => this.#sayBroken(error));
    socket.on('close', () => this.#sayBroken(new Error('it was closed')));
    this.#armIdle(this.#context.idleTimeoutMs);
  }

  async end(_cause: EndCause, reason: string): Promise<void> {
    this.#bail(reason);
  }

  /** Its client has not been told to come again: it may bring what it has begun with. */
  retire(): void {}

  reset(): void {
    this.#isEnding = true;
    this.#endTimers();
    this.#ended = true;
    this.client.socket.destroy();
  }

  /** A fault of ours costs this connection, and not the program. */
  #receive(chunk: Uint8Array): void {
    if (this.#isEnding) return;
    try {
      this.#input.push(chunk);
      this.#serveAll();
    } catch (error) {
      this.#sayBroken(error);
    }
  }

  /** Serves what has come whole, as long as the client may have more served. */
  #serveAll(): void {
    let mayBeMore = true;
    while (mayBeMore && this.#mayServe) mayBeMore = this.#serveNext();
    this.#answers.flush();
    const isHeld = !this.#isEnding && !this.#mayServe;
    if (isHeld && !this.#isHeld) this.client.socket.pause();
    if (!isHeld && this.#isHeld) this.client.socket.resume();
    this.#isHeld = isHeld;
  }

  /**
   * A client that does not read gets no more to read: its requests wait until it does. When much is on its
   * way elsewhere, too, one that does not wait for answers is made to.
   */
  get #mayServe(): boolean {
    if (this.#isEnding || this.#isPaused || this.client.socket.writableNeedDrain) return false;
    const { promised } = this.#answers;
    return promised === 0 || (promised < takingMax && !this.#context.backlog.isFull);
  }

  #goOn(): void {
    if (this.#isHeld && this.#mayServe) this.#serveAll();
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (!this.#inputEnded || this.#isHeld || this.#answers.promised > 0) return;
    if (!this.#isEnding) this.#end('');
  }

  /** Serves one request if it has come whole; says whether it had. */
  #serveNext(): boolean {
    if (this.#pushed !== undefined) return this.#serveCommand(this.#pushed);
    const line = this.#input.takeLine();
    if (line === undefined) return false;
    this.#lastRequestMs = this.#context.clock.monotonicMs();
    if (typeof line === 'object') {
      this.#refuse('Request line too long');
      this.#bail('Request line too long');
    } else {
      this.#serve(parseRequest(line));
    }
    return true;
  }

  #serve(request: Request): void {
    if (request.kind === 'bad') {
      this.#refuse(request.reason);
      this.#answers.add(answerLine('FAIL', request.reason));
    } else if (request.kind === 'bail') {
      this.#end('');
    } else if (request.kind === 'ping') {
      this.#end('PONG 1\r\n');
    } else if (request.kind === 'moin') {
      this.#greeted = true;
      this.#answers.add('MOIN 1\r\n');
    } else if (!this.#greeted) {
      this.#answers.add(answerLine('FAIL', 'expected MOIN, PING or BAIL first'));
    } else if (request.kind === 'quit') {
      this.#end(okay);
    } else {
      if (request.kind === 'push') this.#pushed = request.bytes;
      this.#answers.add(okay);
    }
  }

  #serveCommand(bytes: number): boolean {
    const data = this.#input.take(bytes);
    if (data === undefined) return false;
    this.#pushed = undefined;
    void this.#answer(byteStringFrom(data));
    const waitMs = this.client.took(1);
    if (waitMs > 0) this.#pause(waitMs);
    return true;
  }

  /** Takes a command, and answers in its turn. */
  async #answer(data: string): Promise<void> {
    const { backlog } = this.#context;
    const answer = this.#answers.promise();
    backlog.add(1, data.length);
    try {
      const fault = await this.#take(data);
      answer(fault === undefined ? okay : answerLine('FAIL', fault));
    } catch (error) {
      // Nothing is safe: without the OKAY the client knows that it must send again.
      this.#isEnding = true;
      answer(answerLine('BAIL', messageOf(error)), true);
    } finally {
      backlog.remove(1, data.length);
    }
  }

  /** Why a command is refused; undefined when it is in the journal, or Nagios has it. */
  async #take(data: string): Promise<string | undefined> {
    const parts = /^\[(\d{1,15})\] ([^\n]+)\n$/.exec(data);
    if (parts === null) {
      const reason = data.endsWith('\n')
        ? 'expected one line: [unix time] COMMAND;arguments'
        : 'a command ends with a newline';
      this.#refuse(reason);
      return reason;
    }
    const [, time, command = ''] = parts;
    const given = { command, time: Number(time) };
    const refusal = await this.#context.commands.take(
      given,
      this.client.peer,
      this.client.identity,
    );
    return refusal?.message;
  }

  #pause(ms: number): void {
    this.#isPaused = true;
    this.#cancelPause = this.#context.clock.setTimer(ms, () => {
      this.#isPaused = false;
      this.#lastRequestMs = this.#context.clock.monotonicMs();
      this.#goOn();
    });
  }

  /** Looks when the client may have been quiet for too long; while it waits for us it is not quiet. */
  #armIdle(ms: number): void {
    const { clock, counters, idleTimeoutMs } = this.#context;
    this.#cancelIdle = clock.setTimer(ms, () => {
      const isWaiting = this.#isPaused || this.#answers.promised > 0;
      const quietMs = isWaiting ? 0 : clock.monotonicMs() - this.#lastRequestMs;
      if (quietMs < idleTimeoutMs) {
        this.#armIdle(idleTimeoutMs - quietMs);
        return;
      }
      counters.add('connections_idle');
      this.#bail('Connection timed out');
    });
  }

  #bail(reason: string): void {
    this.#end(answerLine('BAIL', reason));
  }

  /** Says the last words, behind the answers that are promised. */
  #end(answer: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#answers.end(answer);
  }

  #write(answers: string): void {
    if (this.#ended) return;
    this.#lastRequestMs = this.#context.clock.monotonicMs();
    this.client.socket.write(answers, 'latin1');
    this.#goOn();
  }

  #finish(answers: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endTimers();
    // What still comes is of no interest, but the end of it is.
    this.client.socket.resume();
    this.client.end(answers);
  }

  #endTimers(): void {
    this.#cancelIdle();
    this.#cancelPause();
  }

  #refuse(reason: string): void {
    const { counters, log } = this.#context;
    const { who, fields } = this.client;
    counters.add('requests_refused');
    log.warn('NSCA_NG_REQUEST_REFUSED', `refused a request from ${who}: ${reason}`, fields);
  }

  #sayBroken(error: unknown): void {
    if (this.#ended) return;
    this.#isEnding = true;
    this.#ended = true;
    this.#endTimers();
    const message = this.client.broke(error);
    this.#context.log.info('NSCA_NG_CONNECTION_BROKEN', message, this.client.fields);
  }
}
