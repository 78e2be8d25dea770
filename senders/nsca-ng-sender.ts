import type { Clock } from '../platform/clock.ts';
import { NagtailError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import {
  type ResolveHost,
  type ServerAddress,
  ServerAddresses,
} from '../platform/server-addresses.ts';
import { batchProtocol } from '../protocol/batch/batch-limits.ts';
import { BatchConversation } from './batch-conversation.ts';
import type { Conversation } from './conversation.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import { judgeWelcome } from './judge-welcome.ts';
import { NscaNgConversation } from './nsca-ng-conversation.ts';
import { openPsk, type PskOptions } from './psk-connection.ts';
import type { QueuedResult } from './queued-result.ts';
import type { RawCommand } from './raw-command.ts';
import type { DeliveryProgress, Sender } from './sender.ts';

export interface NscaNgSenderOptions extends PskOptions {
  readonly host: string;
  readonly port: number;
  /** How long the receiver may say nothing while something is expected of it, in milliseconds. */
  readonly timeoutMs: number;
  /** By which a nagtail-shim can tell repeats; without it NSCA-ng is spoken to everybody. */
  readonly stream?: DeliveryStream | undefined;
  /** In place of the system's resolver. */
  readonly resolve?: ResolveHost;
}

/**
 * Speaks to port 5668: nagtail/1 to a nagtail-shim, whose connection is kept for the
 * next results, or NSCA-ng to a daemon that knows no better.
 */
export class NscaNgSender implements Sender {
  readonly target: string;
  readonly #options: NscaNgSenderOptions;
  readonly #addresses: ServerAddresses;
  readonly #log: Log;
  readonly #clock: Clock;
  #kept: Conversation | undefined;

  constructor(options: NscaNgSenderOptions, parts: { readonly log: Log; readonly clock: Clock }) {
    this.#options = options;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#addresses = new ServerAddresses(options, options.resolve);
    this.target = `nsca-ng://${this.#addresses}`;
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const kept = this.#takeKept();
    if (kept !== undefined) {
      try {
        await this.#sendOn(kept, results, progress, signal);
        return;
      } catch (error) {
        // A connection that was found dead says nothing about the receiver.
        if (signal.aborted || kept.wasHeard) throw error;
      }
    }
    const conversation = await this.#open(signal);
    try {
      await this.#sendOn(conversation, results, progress, signal);
    } catch (error) {
      this.#addresses.avoidLast();
      throw error;
    }
  }

  /** Like `send`, with commands of whatever kind, which only NSCA-ng can carry: for senders without a stream. */
  async sendCommands(
    commands: readonly RawCommand[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const conversation = await this.#open(signal);
    if (!(conversation instanceof NscaNgConversation)) {
      conversation.close();
      throw new NagtailError('PEER_PROTOCOL', 'raw commands cannot be sent by nagtail/1');
    }
    await conversation.sendCommands(commands, progress, signal);
  }

  async probe(signal: AbortSignal): Promise<void> {
    const conversation = this.#takeKept() ?? (await this.#open(signal));
    if (conversation.isOpen) this.#kept = conversation;
    else conversation.close();
  }

  close(): void {
    this.#kept?.close();
    this.#kept = undefined;
  }

  async #sendOn(
    conversation: Conversation,
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    await conversation.send(results, progress, signal);
    if (conversation.isOpen) this.#kept = conversation;
  }

  #takeKept(): Conversation | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    return kept?.isOpen ? kept : undefined;
  }

  /** Opens a connection; once more, when the stream had to be renewed. */
  async #open(signal: AbortSignal): Promise<Conversation> {
    const { timeoutMs } = this.#options;
    const open = (address: ServerAddress, limit: AbortSignal) => this.#begin(address, limit);
    const first = await this.#addresses.open(open, timeoutMs, signal);
    if (first !== 'forked') return first;
    const second = await this.#addresses.open(open, timeoutMs, signal);
    if (second !== 'forked') return second;
    throw new NagtailError('PEER_PROTOCOL', 'it claims to know a stream that has just been named');
  }

  async #begin(address: ServerAddress, limit: AbortSignal): Promise<Conversation | 'forked'> {
    const { stream, timeoutMs } = this.#options;
    const applications = stream === undefined ? [] : [batchProtocol];
    const socket = await openPsk(address, { ...this.#options, applications }, limit);
    const options = { timeoutMs, clock: this.#clock, log: this.#log };
    if (stream === undefined || socket.alpnProtocol !== batchProtocol) {
      return await NscaNgConversation.begin(socket, options);
    }
    const { conversation, welcome } = await BatchConversation.begin(socket, stream, options);
    const verdict = judgeWelcome(welcome, stream);
    if (verdict.kind === 'goes on') return conversation;
    conversation.close();
    const before = stream.name;
    stream.renew();
    const message = `${verdict.reason}: the state of this agent was restored or copied; its results go on under a new stream, and none is dropped as a repeat`;
    this.#log.warn('STREAM_RENEWED', message, { target: this.target, before, now: stream.name });
    return 'forked';
  }
}
