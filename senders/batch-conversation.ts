import type { TLSSocket } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import { type ErrorCode, NagtailError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { encodeHello, encodePing } from '../protocol/batch/client-frames.ts';
import { type FrameFault, FrameReader } from '../protocol/batch/frame-reader.ts';
import {
  decodeServerFrame,
  type ServerFrame,
  type SessionEnd,
  type Welcome,
} from '../protocol/batch/server-frames.ts';
import { textOf } from '../protocol/byte-string.ts';
import { BatchInFlight } from './batch-in-flight.ts';
import { connectionError } from './connection-error.ts';
import type { Conversation } from './conversation.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import type { QueuedResult } from './queued-result.ts';
import type { DeliveryProgress } from './sender.ts';

export interface BatchConversationOptions {
  /** How long the receiver may say nothing while something is expected of it. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A connection without results is asked for a sign of life in this interval. */
const pingIntervalMs = 20_000;

/** A connection that no results used for so long is closed. */
const unusedMsMax = 300_000;

/**
 * nagtail/1 from the agent's side, see docs/PROTOCOLS.md. Each frame that comes goes to whom
 * it concerns; the end of the connection, for whatever reason, ends what is going on.
 */
export class BatchConversation implements Conversation {
  readonly #socket: TLSSocket;
  readonly #options: BatchConversationOptions;
  readonly #reader = new FrameReader(decodeServerFrame);
  #welcome: Welcome | undefined;
  #greeted: (welcome: Welcome) => void = () => {};
  #fail: (error: NagtailError) => void = () => {};
  #inFlight: BatchInFlight | undefined;
  #failure: NagtailError | undefined;
  #heard = false;
  #unusedMs = 0;
  #cancelTimer = () => {};

  private constructor(socket: TLSSocket, options: BatchConversationOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#inFlight?.write());
    socket.on('error', (error) => this.#end(connectionError(error)));
    socket.on('close', () => this.#end(connectionError()));
    socket.on('end', () => socket.end());
  }

  /**
   * Says hello and waits for the welcome.
   * @throws NagtailError PEER_…, or the signal's reason
   */
  static async begin(
    socket: TLSSocket,
    stream: DeliveryStream,
    options: BatchConversationOptions,
  ): Promise<{ readonly conversation: BatchConversation; readonly welcome: Welcome }> {
    const conversation = new BatchConversation(socket, options);
    const welcome = await conversation.#greet(stream);
    return { conversation, welcome };
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  get wasHeard(): boolean {
    return this.#heard;
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#heard = false;
    this.#unusedMs = 0;
    const abort = () => this.#end(connectionError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject;
        this.#inFlight = new BatchInFlight(results, {
          socket: this.#socket,
          // What came before this conversation is known to the receiver already.
          known: this.#welcome?.lastSeq ?? 0,
          window: this.#welcome?.window ?? 1,
          progress,
          log: this.#options.log,
          done: resolve,
        });
        this.#expectFrame();
        this.#inFlight.write();
        if (signal.aborted) abort();
      });
    } finally {
      signal.removeEventListener('abort', abort);
      this.#inFlight = undefined;
      this.#rest();
    }
  }

  close(): void {
    this.#cancelTimer();
    this.#failure ??= connectionError();
    this.#socket.end();
    // The receiver answers with its own end; one that does not is not waited for.
    const cancel = this.#options.clock.setTimer(1_000, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
  }

  async #greet({ name, highestSeq }: DeliveryStream): Promise<Welcome> {
    const welcome = await new Promise<Welcome>((resolve, reject) => {
      this.#greeted = resolve;
      this.#fail = reject;
      this.#socket.write(encodeHello({ stream: name, highestSeq }));
    });
    this.#rest();
    return welcome;
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      this.#heard = true;
      if (this.#inFlight !== undefined) this.#expectFrame();
      this.#handle(frame);
    }
  }

  #handle(frame: ServerFrame | FrameFault): void {
    if (frame.kind === 'fault') {
      this.#end(
        new NagtailError('PEER_PROTOCOL', `it sent what nagtail/1 does not know: ${frame.message}`),
      );
    } else if (frame.kind === 'end') {
      this.#end(endError(frame));
    } else if (frame.kind === 'welcome') {
      this.#welcome = frame;
      this.#greeted(frame);
    } else if (frame.kind === 'acknowledgement') {
      this.#inFlight?.acknowledge(frame);
    } else if (frame.kind === 'pong') {
      this.#rest();
    }
  }

  /** While something is expected the receiver must be heard of now and then. */
  #expectFrame(): void {
    const { timeoutMs, clock } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.setTimer(timeoutMs, () => {
      const message = `no answer within ${timeoutMs / 1000} s (timeout)`;
      this.#end(new NagtailError('PEER_TIMEOUT', message));
    });
  }

  /** Keeps an unused connection alive for a while, so that the next result needs no new one. */
  #rest(): void {
    this.#cancelTimer();
    if (!this.isOpen) return;
    const idleMs = (this.#welcome?.idleSeconds ?? 0) * 1000;
    const intervalMs = Math.min(pingIntervalMs, idleMs / 2);
    this.#cancelTimer = this.#options.clock.setTimer(intervalMs, () => {
      this.#unusedMs += intervalMs;
      if (this.#unusedMs >= unusedMsMax) {
        this.close();
        return;
      }
      this.#socket.write(encodePing());
      this.#expectFrame();
    });
  }

  #end(error: NagtailError): void {
    if (this.#failure === undefined) {
      this.#failure = error;
      this.#cancelTimer();
      this.#socket.destroy();
    }
    this.#fail(this.#failure);
  }
}

const endCodes: Readonly<Record<SessionEnd['cause'], ErrorCode>> = {
  idle: 'PEER_CLOSED_EARLY',
  stopping: 'PEER_CLOSED_EARLY',
  replaced: 'PEER_CLOSED_EARLY',
  protocol: 'PEER_PROTOCOL',
  unavailable: 'PEER_CLOSED_EARLY',
};

function endError({ cause, reason }: SessionEnd): NagtailError {
  const hint =
    cause === 'replaced' ? '; does another agent run with a copy of this state_dir?' : '';
  const said = textOf(reason);
  return new NagtailError(endCodes[cause], `it ended the session (${cause}): ${said}${hint}`);
}
