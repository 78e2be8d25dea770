import { randomBytes } from 'node:crypto';
import type net from 'node:net';
import { type Clock, unixSeconds } from '../platform/clock.ts';
import { connectTcp, endWith } from '../platform/connect-tcp.ts';
import { NagtailError, systemReason } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Secret } from '../platform/secret.ts';
import {
  type ResolveHost,
  type ServerAddress,
  ServerAddresses,
} from '../platform/server-addresses.ts';
import { withinTime } from '../platform/within-time.ts';
import { textOf } from '../protocol/byte-string.ts';
import {
  decodeInitPacket,
  type InitPacket,
  initPacketBytes,
} from '../protocol/nsca/init-packet.ts';
import { type NscaMethod, nscaMethods } from '../protocol/nsca/nsca-method.ts';
import {
  encodeNscaPacket,
  type NscaPacketSize,
  nscaPacketBytes,
  oldNscaPacketBytes,
} from '../protocol/nsca/nsca-packet.ts';
import { createPacketCipher } from '../protocol/nsca/packet-cipher.ts';
import { outputWithLateNotice } from './late-notice.ts';
import type { QueuedResult } from './queued-result.ts';
import type { DeliveryProgress, Sender } from './sender.ts';

export interface NscaSenderOptions {
  readonly host: string;
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Secret;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** Results that are later than this say so in their text; 0: never. */
  readonly lateNoticeSeconds: number;
  /** 720 for an nsca of version 2.7 or before; else 4304. */
  readonly packetSize?: NscaPacketSize | undefined;
  /** In place of the system's resolver. */
  readonly resolve?: ResolveHost;
}

/** A connection on which the daemon has spoken. */
interface Greeting {
  readonly socket: net.Socket;
  readonly init: InitPacket;
}

/**
 * Speaks NSCA to a daemon: reads its init packet, writes one data packet a
 * result, half-closes, and takes the daemon's orderly close as the answer.
 */
export class NscaSender implements Sender {
  readonly target: string;
  readonly #options: NscaSenderOptions;
  readonly #addresses: ServerAddresses;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(options: NscaSenderOptions, clock: Clock, log: Log) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#addresses = new ServerAddresses(options, options.resolve);
    this.target = `nsca://${this.#addresses}`;
  }

  /**
   * NSCA answers once, for all: with an orderly close when it has read every packet. Of several
   * old packets on one connection a later nsca loses all: each of them gets a connection of its own.
   */
  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const isOld = this.#options.packetSize === oldNscaPacketBytes;
    for (const group of isOld ? results.map((result) => [result]) : [results]) {
      await this.#exchange(group, progress, signal);
      const last = group.at(-1);
      if (last !== undefined) progress.acknowledged(last.seq);
    }
  }

  /** A daemon that sends its init packet would read what we send. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#exchange([], undefined, signal);
  }

  /** Nothing is kept open: what ends a delivery is the end of its connection. */
  close(): void {}

  async #exchange(
    results: readonly QueuedResult[],
    progress: DeliveryProgress | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { timeoutMs } = this.#options;
    await withinTime(timeoutMs, signal, async (limit) => {
      const { socket, init } = await this.#addresses.open(greet, timeoutMs, limit);
      endWith(socket, limit);
      try {
        socket.end(this.#packets(results, init, progress));
        await this.#orderlyClose(socket);
      } catch (error) {
        this.#addresses.avoidLast();
        throw error;
      } finally {
        socket.destroy();
      }
    });
  }

  #packets(
    results: readonly QueuedResult[],
    init: InitPacket,
    progress: DeliveryProgress | undefined,
  ): Buffer {
    const {
      method,
      password,
      lateNoticeSeconds,
      packetSize: size = nscaPacketBytes,
    } = this.#options;
    const now = unixSeconds(this.#clock);
    const cipher = createPacketCipher(method, password.reveal(), init.iv);
    const packets = results.map(({ seq, result }) => {
      const { host, service, returnCode } = result;
      const packet = {
        timestamp: init.timestamp,
        returnCode,
        host,
        service: service ?? '',
        output: outputWithLateNotice(result, now, lateNoticeSeconds),
      };
      const { bytes, cut } = encodeNscaPacket(packet, { size, filler: randomBytes(size) });
      if (cut.length > 0) {
        progress?.cut?.(seq, cut);
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

/** The daemon speaks first. One that closes instead refuses us, or cannot start its cipher. */
async function greet(address: ServerAddress, limit: AbortSignal): Promise<Greeting> {
  const socket = await connectTcp(address, limit);
  try {
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
      socket.once('error', (error) => reject(brokenBy(error)));
    });
    const init = decodeInitPacket(bytes.subarray(0, initPacketBytes));
    if (init.ok && bytes.length === initPacketBytes) return { socket, init: init.init };
    const message = 'it does not speak NSCA: it sent more than an init packet';
    throw new NagtailError('PEER_PROTOCOL', message);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function brokenBy(error: Error): NagtailError {
  if (error instanceof NagtailError) return error;
  return new NagtailError('PEER_UNREACHABLE', systemReason(error), { cause: error });
}
