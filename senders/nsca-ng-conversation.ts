import { randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import { NagtailError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { bytesOf, textOf } from '../protocol/byte-string.ts';
import { checkResultFault } from '../protocol/check-result-fault.ts';
import { LineBuffer } from '../protocol/nsca-ng/line-buffer.ts';
import { requestBytesMax } from '../protocol/nsca-ng/request.ts';
import { parseResponse, type Response } from '../protocol/nsca-ng/response.ts';
import { connectionError } from './connection-error.ts';
import type { Conversation } from './conversation.ts';
import { pushedCommand } from './pushed-command.ts';
import type { QueuedResult } from './queued-result.ts';
import type { RawCommand } from './raw-command.ts';
import type { DeliveryProgress } from './sender.ts';

export interface NscaNgConversationOptions {
  /** How long the receiver may take for each answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long the receiver may take to answer our goodbye. */
const quitMs = 2_000;

/**
 * NSCA-ng from the client's side. It waits for each answer: the real server drops what
 * comes earlier. It never says NOOP, after which the real server stops reading. One delivery
 * is one session, as the real server ends quiet ones.
 */
export class NscaNgConversation implements Conversation {
  readonly isOpen = false;
  readonly #socket: TLSSocket;
  readonly #options: NscaNgConversationOptions;
  readonly #input = new LineBuffer(requestBytesMax);
  #heard = false;
  #failure: NagtailError | undefined;
  #wake = () => {};

  private constructor(socket: TLSSocket, options: NscaNgConversationOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => {
      this.#input.push(chunk);
      this.#wake();
    });
    socket.on('error', (error) => this.#fail(connectionError(error)));
    socket.on('end', () => this.#fail(connectionError()));
    socket.on('close', () => this.#fail(connectionError()));
  }

  /**
   * Greets.
   * @throws NagtailError PEER_…
   */
  static async begin(
    socket: TLSSocket,
    options: NscaNgConversationOptions,
  ): Promise<NscaNgConversation> {
    const conversation = new NscaNgConversation(socket, options);
    const session = randomBytes(6).toString('base64');
    const answer = await conversation.#ask(`MOIN 1 ${session}\r\n`);
    if (answer.kind === 'moin') return conversation;
    throw unexpected('MOIN', answer);
  }

  get wasHeard(): boolean {
    return this.#heard;
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#pushAll(results, (queued) => this.#pushResult(queued, progress), progress, signal);
  }

  /** Like `send`, with commands of whatever kind. */
  async sendCommands(
    commands: readonly RawCommand[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const push = ({ line }: RawCommand) => this.#push(bytesOf(`${line}\n`));
    await this.#pushAll(commands, push, progress, signal);
  }

  /** @param push gives why the receiver refused, or undefined */
  async #pushAll<Item extends { readonly seq: number }>(
    items: readonly Item[],
    push: (item: Item) => Promise<string | undefined>,
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const abort = () => this.#fail(connectionError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      for (const item of items) {
        const refusal = await push(item);
        if (refusal === undefined) progress.acknowledged(item.seq);
        else progress.refused(item.seq, refusal);
      }
      this.close();
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    if (this.#failure !== undefined) return;
    // Everything is acknowledged: what comes of the goodbye changes nothing.
    this.#failure = connectionError();
    this.#socket.end('QUIT\r\n');
    const cancel = this.#options.clock.setTimer(quitMs, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
  }

  async #pushResult(
    { seq, result }: QueuedResult,
    progress: DeliveryProgress,
  ): Promise<string | undefined> {
    const fault = checkResultFault(result);
    if (fault !== undefined) return fault;
    const { line, cut } = pushedCommand(result);
    if (cut) {
      progress.cut?.(seq, ['output']);
      const { host, service } = result;
      const fields = { host: textOf(host), service: textOf(service ?? '') };
      this.#options.log.warn('RESULT_CUT', 'NSCA-ng has no room for all of a result', fields);
    }
    return await this.#push(bytesOf(line));
  }

  async #push(data: Uint8Array): Promise<string | undefined> {
    const ready = await this.#ask(`PUSH ${data.length}\r\n`);
    if (ready.kind === 'fail') return textOf(ready.message);
    if (ready.kind !== 'okay') throw unexpected('PUSH', ready);
    const done = await this.#ask(data);
    if (done.kind === 'fail') return textOf(done.message);
    if (done.kind !== 'okay') throw unexpected('a result', done);
    return undefined;
  }

  async #ask(request: string | Uint8Array): Promise<Response> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket.write(request);
    const { timeoutMs, clock } = this.#options;
    const cancel = clock.setTimer(timeoutMs, () => {
      const message = `no answer within ${timeoutMs / 1000} s (timeout)`;
      this.#fail(new NagtailError('PEER_TIMEOUT', message));
    });
    try {
      return await this.#answer();
    } finally {
      cancel();
    }
  }

  async #answer(): Promise<Response> {
    for (;;) {
      const line = this.#input.takeLine();
      if (typeof line === 'object') {
        throw new NagtailError(
          'PEER_PROTOCOL',
          'it does not speak NSCA-ng: it sent a line too long',
        );
      }
      if (line !== undefined) {
        this.#heard = true;
        return parseResponse(line);
      }
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #fail(error: NagtailError): void {
    this.#failure ??= error;
    this.#wake();
  }
}

function unexpected(asked: string, answer: Response): NagtailError {
  const said =
    'message' in answer ? `${answer.kind.toUpperCase()} ${textOf(answer.message)}` : answer.kind;
  const code = answer.kind === 'other' ? 'PEER_PROTOCOL' : 'PEER_CLOSED_EARLY';
  return new NagtailError(code, `it answered ${asked} with ${said}`);
}
