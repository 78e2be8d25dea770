import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { messageOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { EndCause } from '../../protocol/batch/server-frames.ts';
import { byteStringFrom } from '../../protocol/byte-string.ts';
import { LineBuffer } from '../../protocol/nsca-ng/line-buffer.ts';
import { parseRequest, type Request, requestBytesMax } from '../../protocol/nsca-ng/request.ts';
import { answerLine } from '../../protocol/nsca-ng/response.ts';
import type { Identity } from '../admit/identity.ts';
import { RateLimit } from '../admit/rate-limit.ts';
import type { Counters } from '../counters.ts';
import type { CommandIntake } from './command-intake.ts';
import { drained } from './drained.ts';
import { peerOf } from './peer-of.ts';
import type { TlsSession } from './tls-session.ts';

/** What all NSCA-ng sessions of a listener share. */
export interface NscaNgSessionContext {
  readonly commands: CommandIntake;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
  /** A client that sends no whole request for so long is told so, and closed. */
  readonly idleTimeoutMs: number;
}

/** How long a client may take to read the last answer. */
const endGraceMs = 2_000;

/**
 * One connection of a client of NSCA-ng: a request, an answer. The second OKAY of a PUSH
 * comes when the result is in the journal. Clients that do not wait for answers are
 * served all the same.
 */
export class NscaNgSession implements TlsSession {
  readonly #socket: TLSSocket;
  readonly #identity: Identity;
  readonly #context: NscaNgSessionContext;
  readonly #peer: string;
  readonly #input = new LineBuffer(requestBytesMax);
  readonly #rate: RateLimit | undefined;
  #greeted = false;
  /** Bytes of the command that a PUSH has announced. */
  #pushed: number | undefined;
  #busy = false;
  #ended = false;
  /** Why to end when the result that is under way has its answer. */
  #endReason: string | undefined;
  #lastRequestMs: number;
  #cancelIdle = () => {};
  #stopPausing = () => {};

  constructor(socket: TLSSocket, identity: Identity, context: NscaNgSessionContext) {
    this.#socket = socket;
    this.#identity = identity;
    this.#context = context;
    this.#peer = peerOf(socket);
    this.#lastRequestMs = context.clock.monotonicMs();
    const perSecond = identity.resultsPerSecond;
    this.#rate =
      perSecond === undefined ? undefined : new RateLimit(perSecond, this.#lastRequestMs);
  }

  get idleSinceMs(): number | undefined {
    return this.#busy ? undefined : this.#lastRequestMs;
  }

  async run(): Promise<void> {
    // Errors come out of the loop below; later ones, after the last byte, tell nothing.
    this.#socket.on('error', () => {});
    this.#armIdle();
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        this.#input.push(chunk);
        while (!this.#ended && (await this.#serveNext())) {
          this.#armIdle();
          // A client that does not read gets no more to read: its requests wait until it does.
          await drained(this.#socket);
        }
        if (this.#ended) break;
      }
      if (!this.#ended) this.#socket.end();
    } catch (error) {
      this.#sayBroken(error);
    } finally {
      this.#cancelIdle();
    }
  }

  async end(_cause: EndCause, reason: string): Promise<void> {
    this.#stopPausing();
    if (!this.#busy) this.#bail(reason);
    else this.#endReason = reason;
  }

  reset(): void {
    this.#ended = true;
    this.#stopPausing();
    this.#socket.destroy();
  }

  /** Serves one request if it has come whole; says whether it had. */
  async #serveNext(): Promise<boolean> {
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
      this.#socket.write(answerLine('FAIL', request.reason));
    } else if (request.kind === 'bail') {
      this.#finish('');
    } else if (request.kind === 'ping') {
      this.#finish('PONG 1\r\n');
    } else if (request.kind === 'moin') {
      this.#greeted = true;
      this.#socket.write('MOIN 1\r\n');
    } else if (!this.#greeted) {
      this.#socket.write(answerLine('FAIL', 'expected MOIN, PING or BAIL first'));
    } else if (request.kind === 'quit') {
      this.#finish('OKAY\r\n');
    } else {
      if (request.kind === 'push') this.#pushed = request.bytes;
      this.#socket.write('OKAY\r\n');
    }
  }

  async #serveCommand(bytes: number): Promise<boolean> {
    const data = this.#input.take(bytes);
    if (data === undefined) return false;
    this.#pushed = undefined;
    this.#lastRequestMs = this.#context.clock.monotonicMs();
    this.#busy = true;
    this.#cancelIdle();
    try {
      const fault = await this.#take(byteStringFrom(data));
      this.#socket.write(fault === undefined ? 'OKAY\r\n' : answerLine('FAIL', fault));
      const waitMs = this.#rate?.take(1, this.#context.clock.monotonicMs()) ?? 0;
      if (waitMs > 0) await this.#pause(waitMs);
    } catch (error) {
      // Nothing is safe: without the OKAY the client knows that it must send again.
      this.#endReason = messageOf(error);
    } finally {
      this.#busy = false;
    }
    if (this.#endReason !== undefined) this.#bail(this.#endReason);
    return true;
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
    const refusal = await this.#context.commands.take(given, this.#peer, this.#identity);
    return refusal?.message;
  }

  #pause(ms: number): Promise<void> {
    this.#context.counters.add('rate_limited');
    return new Promise((resolve) => {
      const cancel = this.#context.clock.setTimer(ms, resolve);
      this.#stopPausing = () => {
        cancel();
        resolve();
      };
    });
  }

  #armIdle(): void {
    this.#cancelIdle();
    if (this.#ended) return;
    const { clock, idleTimeoutMs, counters } = this.#context;
    this.#cancelIdle = clock.setTimer(idleTimeoutMs, () => {
      counters.add('connections_idle');
      this.#bail('Connection timed out');
    });
  }

  #bail(reason: string): void {
    this.#finish(answerLine('BAIL', reason));
  }

  #finish(answer: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelIdle();
    this.#socket.end(answer);
    // It may neither read nor close: then it has had its chance.
    const cancel = this.#context.clock.setTimer(endGraceMs, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
  }

  #refuse(reason: string): void {
    const { counters, log } = this.#context;
    counters.add('requests_refused');
    const fields = { identity: this.#identity.name, peer: this.#peer };
    const who = `${this.#identity.name} at ${this.#peer}`;
    log.warn('NSCA_NG_REQUEST_REFUSED', `refused a request from ${who}: ${reason}`, fields);
  }

  #sayBroken(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.counters.add('connections_broken');
    const message = `the connection from ${this.#peer} broke: ${systemReason(error)}`;
    const fields = { identity: this.#identity.name, peer: this.#peer };
    this.#context.log.info('NSCA_NG_CONNECTION_BROKEN', message, fields);
    this.#socket.destroy();
  }
}
