import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Secret } from '../../platform/secret.ts';
import { textOf } from '../../protocol/byte-string.ts';
import {
  decodeInitPacket,
  type InitPacket,
  initPacketBytes,
} from '../../protocol/nsca/init-packet.ts';
import { type NscaMethod, nscaMethods } from '../../protocol/nsca/nsca-method.ts';
import { encodeNscaPacket, nscaPacketBytes } from '../../protocol/nsca/nsca-packet.ts';
import { createPacketCipher } from '../../protocol/nsca/packet-cipher.ts';
import type { QueuedResult } from '../outbox/queued-result.ts';
import type { DeliveryProgress, Sender } from './sender.ts';

export interface NscaSenderOptions {
  readonly host: string;
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Secret;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Speaks NSCA to a daemon: reads its init packet, writes one data packet a
 * result, half-closes, and takes the daemon's orderly close as the answer.
 */
export class NscaSender implements Sender {
  readonly target: string;
  readonly #options: NscaSenderOptions;
  readonly #log: Log;

  constructor(options: NscaSenderOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.target = `nsca://${net.isIPv6(options.host) ? `[${options.host}]` : options.host}:${options.port}`;
  }

  /** NSCA answers once, for all: with an orderly close when it has read every packet. */
  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#exchange(results, signal);
    const last = results.at(-1);
    if (last !== undefined) progress.acknowledged(last.seq);
  }

  /** A daemon that sends its init packet would read what we send. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#exchange([], signal);
  }

  /** Nothing is kept open: what ends a delivery is the end of its connection. */
  close(): void {}

  async #exchange(results: readonly QueuedResult[], signal: AbortSignal): Promise<void> {
    const { host, port, timeoutMs } = this.#options;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const socket = net.connect({ host, port, allowHalfOpen: true });
    const abort = () => socket.destroy(this.#abortReason(signal));
    limit.addEventListener('abort', abort, { once: true });
    try {
      const init = await this.#readInitPacket(socket);
      socket.end(this.#packets(results, init));
      await this.#orderlyClose(socket);
    } finally {
      limit.removeEventListener('abort', abort);
      socket.destroy();
    }
  }

  #abortReason(signal: AbortSignal): NagtailError {
    if (signal.aborted) return new NagtailError('PEER_TIMEOUT', 'stopped before it answered');
    const seconds = this.#options.timeoutMs / 1000;
    return new NagtailError('PEER_TIMEOUT', `no answer within ${seconds} s (timeout)`);
  }

  /** The daemon speaks first. One that closes instead refuses us, or cannot start its cipher. */
  async #readInitPacket(socket: net.Socket): Promise<InitPacket> {
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      let received = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (received.length >= initPacketBytes) resolve(received);
      });
      socket.once('end', () => {
        const message =
          'it closed the connection before its init packet: it does not accept this address, or it cannot use its encryption method';
        reject(new NagtailError('PEER_CLOSED_EARLY', message));
      });
      socket.once('error', (error) => reject(connectionError(error, 'PEER_UNREACHABLE')));
    });
    const init = decodeInitPacket(bytes.subarray(0, initPacketBytes));
    if (init.ok && bytes.length === initPacketBytes) return init.init;
    const message = 'it does not speak NSCA: it sent more than an init packet';
    throw new NagtailError('PEER_PROTOCOL', message);
  }

  #packets(results: readonly QueuedResult[], init: InitPacket): Buffer {
    const { method, password } = this.#options;
    const cipher = createPacketCipher(method, password.reveal(), init.iv);
    const packets = results.map(({ result: { host, service, returnCode, output } }) => {
      const packet = {
        timestamp: init.timestamp,
        returnCode,
        host,
        service: service ?? '',
        output,
      };
      const filler = randomBytes(nscaPacketBytes);
      const { bytes, cut } = encodeNscaPacket(packet, { size: nscaPacketBytes, filler });
      if (cut.length > 0) {
        this.#log.warn(
          'RESULT_CUT',
          `NSCA has no room for all of a result: ${cut.join(', ')} cut`,
          {
            host: textOf(host),
            service: textOf(service ?? ''),
          },
        );
      }
      return cipher.encrypt(bytes);
    });
    return Buffer.concat(packets);
  }

  /** Waits until the daemon has read everything and closes; a reset means that it refused some. */
  async #orderlyClose(socket: net.Socket): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let written = false;
      socket.once('finish', () => {
        written = true;
      });
      socket.once('end', () => (written ? resolve() : reject(this.#refusal())));
      socket.once('error', (error) => {
        reject(error instanceof NagtailError ? error : this.#refusal(error));
      });
      socket.once('close', () => reject(this.#refusal()));
    });
  }

  #refusal(cause?: Error): NagtailError {
    const [name] = nscaMethods[this.#options.method].names;
    const message = `it refused what it got: most often another password or encryption method than here (method ${this.#options.method}, ${name}); its log tells more`;
    return new NagtailError('PEER_CLOSED_EARLY', message, { cause });
  }
}

function connectionError(error: Error, code: 'PEER_UNREACHABLE'): NagtailError {
  if (error instanceof NagtailError) return error;
  return new NagtailError(code, systemReason(error), { cause: error });
}
