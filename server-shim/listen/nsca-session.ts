import type { Socket } from 'node:net';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { encodeInitPacket, nscaIvBytes } from '../../protocol/nsca/init-packet.ts';
import type { KeyedCipher } from '../../protocol/nsca/keyed-cipher.ts';
import { type PacketEvent, PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { ReportedResult } from '../admit/admit-result.ts';
import type { Counters } from '../counters.ts';
import { peerOf } from './peer-of.ts';
import type { ResultIntake } from './result-intake.ts';

/** What all sessions of a listener share. */
export interface NscaSessionContext {
  readonly cipher: KeyedCipher;
  readonly intake: ResultIntake;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Cryptographically strong random bytes: a repeated IV would give texts away. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** A client that completes no packet for so long is reset. */
  readonly idleTimeoutMs: number;
}

type Refusal = Extract<PacketEvent, { kind: 'refused' }>;

/**
 * One NSCA connection: init packet out, data packets in, and at the client's
 * half-close an answer that plain NSCA does not have but every TCP stack brings:
 * an orderly close (FIN) says that all packets were read and are in the journal,
 * a reset says that some were not. The real send_nsca looks at neither. A result
 * that was refused for what it says is no reason for a reset: it would be
 * refused again.
 */
export class NscaSession {
  readonly #socket: Socket;
  readonly #context: NscaSessionContext;
  readonly #peer: string;
  readonly #reader: PacketReader;
  readonly #iv: Uint8Array;
  #read = 0;
  #refused = 0;
  /** The first refusal of each kind is logged as it happens, the others together at the end. */
  readonly #toldReasons = new Set<Refusal['reason']>();
  #wasReset = false;
  #cancelIdle = () => {};

  constructor(socket: Socket, context: NscaSessionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#peer = peerOf(socket);
    this.#iv = context.randomBytes(nscaIvBytes);
    this.#reader = new PacketReader(context.cipher, this.#iv);
  }

  /** Serves the connection to its end; never rejects. */
  async run(): Promise<void> {
    // Errors come out of the loop below; later ones, after the last byte, tell nothing.
    this.#socket.on('error', () => {});
    try {
      const timestamp = unixSeconds(this.#context.clock);
      this.#socket.write(encodeInitPacket({ iv: this.#iv, timestamp }));
      this.#armIdle();
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        await this.#take(this.#reader.push(chunk));
      }
      await this.#take(this.#reader.end());
      this.#answer();
    } catch (error) {
      this.#sayBroken(error);
    } finally {
      this.#cancelIdle();
      this.#sayFurtherRefusals();
    }
  }

  /** Ends the connection without the answer that would mean "all is safe". */
  reset(): void {
    this.#wasReset = true;
    this.#socket.resetAndDestroy();
  }

  async #take(events: readonly PacketEvent[]): Promise<void> {
    if (events.length === 0) return;
    // Waiting for the journal is not the client's idleness.
    this.#cancelIdle();
    const reported: ReportedResult[] = [];
    for (const event of events) {
      if (event.kind === 'refused') {
        this.#refuse(event);
      } else {
        this.#read++;
        const { host, service, returnCode, output } = event.packet;
        reported.push({ host, service: service === '' ? null : service, returnCode, output });
      }
    }
    this.#context.counters.add('packets_read', reported.length);
    await this.#context.intake.take(reported, this.#peer);
    this.#armIdle();
  }

  #answer(): void {
    if (this.#refused > 0) this.reset();
    else this.#socket.end();
  }

  #armIdle(): void {
    const { clock, counters, idleTimeoutMs, log } = this.#context;
    this.#cancelIdle = clock.setTimer(idleTimeoutMs, () => {
      counters.add('connections_idle');
      log.warn('NSCA_CLIENT_IDLE', `${this.#peer} sent no whole packet for ${idleTimeoutMs} ms`, {
        peer: this.#peer,
        packets_before: this.#read,
      });
      this.reset();
    });
  }

  #refuse(refusal: Refusal): void {
    const { counters, log } = this.#context;
    counters.add(`packets_refused_${refusal.reason}`);
    this.#refused++;
    if (this.#toldReasons.has(refusal.reason)) return;
    this.#toldReasons.add(refusal.reason);
    const cause = likelyCause(refusal, this.#read);
    log.warn('NSCA_PACKET_REFUSED', `refused a packet from ${this.#peer}: ${cause}`, {
      peer: this.#peer,
      reason: refusal.reason,
      packets_before: this.#read,
    });
  }

  #sayFurtherRefusals(): void {
    const further = this.#refused - this.#toldReasons.size;
    if (further <= 0) return;
    const message = `refused ${further} more packets of the same connection from ${this.#peer}`;
    this.#context.log.warn('NSCA_PACKET_REFUSED', message, { peer: this.#peer, packets: further });
  }

  #sayBroken(error: unknown): void {
    if (this.#wasReset) return;
    this.#context.counters.add('connections_broken');
    const message = `the connection from ${this.#peer} broke: ${systemReason(error)}`;
    this.#context.log.info('NSCA_CONNECTION_BROKEN', message, {
      peer: this.#peer,
      packets_before: this.#read,
    });
    this.reset();
  }
}

/** What a person should look for first. Nothing of the packet itself: it may be junk. */
function likelyCause({ reason, bytes }: Refusal, packetsBefore: number): string {
  if (reason === 'length') {
    return packetsBefore === 0
      ? `only ${bytes} bytes came, which is no whole packet; is it an NSCA client?`
      : `the connection ended amid a packet, after ${bytes} of its bytes`;
  }
  const wrong = reason === 'version' ? 'wrong packet version' : 'wrong CRC';
  return packetsBefore === 0
    ? `${wrong}; wrong password or encryption method?`
    : `${wrong}; damaged in transit? Packets before it on this connection were good`;
}
