import type { Socket } from 'node:net';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { systemReason } from '../../platform/errors.ts';
import { foreignProtocol, foreignProtocolBytes } from '../../protocol/foreign-protocol.ts';
import { encodeInitPacket, nscaIvBytes } from '../../protocol/nsca/init-packet.ts';
import type { KeyedCipher } from '../../protocol/nsca/keyed-cipher.ts';
import { type PacketEvent, PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { ReportedResult } from '../admit/admit-result.ts';
import type { Identity } from '../admit/identity.ts';
import type { PacketFreshness, StalePacket } from '../admit/packet-freshness.ts';
import type { Counters } from '../counters.ts';
import { plainAddress } from './address-list.ts';
import type { HostAddresses } from './host-addresses.ts';
import type { NscaClients } from './nsca-clients.ts';
import type { NscaComplaints, PacketRefusal } from './nsca-complaints.ts';
import type { PacketDecrypting } from './packet-decrypting.ts';
import { peerOf } from './peer-of.ts';
import { type ReadAhead, TakesAhead } from './read-ahead.ts';
import type { ResultIntake } from './result-intake.ts';

/** What all sessions of a listener share. */
export interface NscaSessionContext {
  /** A client has one of these. */
  readonly keys: readonly [KeyedCipher, ...KeyedCipher[]];
  /** Those of the keys with which anybody can make good packets. */
  readonly openKeys: ReadonlySet<KeyedCipher>;
  readonly intake: ResultIntake;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly complaints: NscaComplaints;
  readonly freshness: PacketFreshness;
  readonly clients: NscaClients;
  readonly decrypting: PacketDecrypting;
  readonly ahead: ReadAhead;
  /** Where the client's address must be one of those of the host that it reports for. */
  readonly hostAddresses: HostAddresses | undefined;
  /** Cryptographically strong random bytes: a repeated IV would give texts away. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** A client that does not complete its first packet within this time is reset. */
  readonly handshakeTimeoutMs: number;
  /** A client that completes no further packet for so long is reset. */
  readonly idleTimeoutMs: number;
}

/**
 * One NSCA connection: init packet out, data packets in, and at the client's
 * half-close an answer that plain NSCA does not have but every TCP stack brings:
 * an orderly close (FIN) says that all packets were read and are in the journal,
 * a reset says that some were not. The real send_nsca looks at neither. A result
 * that was refused for what it says is no reason for a reset: it would be
 * refused again.
 *
 * A connection whose first packet cannot be read is reset at once, and nothing
 * that follows is looked at: who has no key must not get old packets in behind junk.
 */
export class NscaSession {
  readonly #socket: Socket;
  readonly #context: NscaSessionContext;
  readonly #peer: string;
  readonly #address: string;
  readonly #identity: Identity | undefined;
  readonly #reader: PacketReader;
  readonly #iv: Uint8Array;
  readonly #ahead: TakesAhead;
  /** The connection's first bytes: they may tell that it speaks something else. */
  #beginning = new Uint8Array(0);
  #read = 0;
  #refused = 0;
  /** The first refusal of each kind is logged as it happens, the others together at the end. */
  readonly #toldReasons = new Set<PacketRefusal['reason']>();
  #wasReset = false;
  #isOver = false;
  #cancelIdle = () => {};
  /** For how long the client waited for us; its packets are as much younger. */
  #heldMs = 0;

  constructor(socket: Socket, context: NscaSessionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#peer = peerOf(socket);
    this.#address = plainAddress(socket.remoteAddress);
    this.#identity = context.clients.identityOf(this.#address);
    this.#iv = context.randomBytes(nscaIvBytes);
    this.#reader = new PacketReader(context.keys, this.#iv);
    this.#ahead = new TakesAhead(context.ahead, () => this.#armIdle(context.idleTimeoutMs));
  }

  /** Serves the connection to its end; never rejects. */
  async run(): Promise<void> {
    // Errors come out of the loop below; later ones, after the last byte, tell nothing.
    this.#socket.on('error', () => {});
    const { clock, handshakeTimeoutMs } = this.#context;
    try {
      const timestamp = unixSeconds(clock);
      this.#socket.write(encodeInitPacket({ iv: this.#iv, timestamp }));
      this.#armIdle(handshakeTimeoutMs);
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        if (this.#beginning.length === 0) this.#beginning = chunk.slice(0, foreignProtocolBytes);
        await this.#take(await this.#decrypt(chunk));
        if (this.#wasReset) return;
      }
      await this.#take(this.#reader.end());
      await this.#wait(() => this.#ahead.drain());
      this.#answer();
    } catch (error) {
      this.#sayBroken(error);
    } finally {
      this.#isOver = true;
      this.#cancelIdle();
      this.#sayFurtherRefusals();
    }
  }

  /** Ends the connection without the answer that would mean "all is safe". */
  reset(): void {
    this.#wasReset = true;
    this.#isOver = true;
    this.#cancelIdle();
    this.#socket.resetAndDestroy();
  }

  #decrypt(chunk: Uint8Array): readonly PacketEvent[] | Promise<readonly PacketEvent[]> {
    const decrypted = this.#context.decrypting.push(this.#reader, chunk);
    if (!(decrypted instanceof Promise)) return decrypted;
    // Whole packets are there: that they wait for a thread is not the client's doing.
    this.#cancelIdle();
    return this.#wait(() => decrypted);
  }

  async #take(events: readonly PacketEvent[]): Promise<void> {
    if (events.length === 0) return;
    // Waiting for the journal is not the client's idleness.
    this.#cancelIdle();
    const { counters, hostAddresses, intake } = this.#context;
    const reported = this.#reportedBy(events);
    counters.add('packets_read', reported.length);
    await this.#wait(async () => {
      const own = hostAddresses ? await this.#ofOwnHosts(reported, hostAddresses) : reported;
      const taken = intake.take(own, this.#peer, this.#identity);
      await this.#ahead.add(taken, reported.length);
    });
    if (this.#read === 0 && this.#refused > 0) this.reset();
    else this.#armIdle(this.#context.idleTimeoutMs);
  }

  /** Waits for ourselves: that makes the client's packets no older. */
  async #wait<T>(what: () => Promise<T>): Promise<T> {
    const { clock } = this.#context;
    const startMs = clock.monotonicMs();
    const result = await what();
    this.#heldMs += clock.monotonicMs() - startMs;
    return result;
  }

  /** The results of those packets that are good and fresh; what is behind a bad first one is left. */
  #reportedBy(events: readonly PacketEvent[]): ReportedResult[] {
    const reported: ReportedResult[] = [];
    for (const event of events) {
      const refusal = event.kind === 'refused' ? event : this.#staleness(event);
      if (refusal !== undefined) {
        this.#refuse(refusal);
        if (this.#read === 0) break;
      } else if (event.kind === 'packet') {
        this.#read++;
        const { host, service, returnCode, output } = event.packet;
        reported.push({ host, service: service === '' ? null : service, returnCode, output });
      }
    }
    return reported;
  }

  #staleness(event: Extract<PacketEvent, { kind: 'packet' }>): StalePacket | undefined {
    const { clock, freshness, openKeys } = this.#context;
    return freshness.judge({
      timestamp: event.packet.timestamp,
      nowSeconds: Math.floor((clock.nowMs() - this.#heldMs) / 1000),
      fingerprint: event.fingerprint,
      isEncrypted: !openKeys.has(this.#reader.key),
    });
  }

  /** NSCA's strict_mode_spoofing: only results for hosts whose address is the client's. */
  async #ofOwnHosts(
    reported: readonly ReportedResult[],
    hostAddresses: HostAddresses,
  ): Promise<readonly ReportedResult[]> {
    const own: ReportedResult[] = [];
    for (const result of reported) {
      if (await hostAddresses.belongs(this.#address, result.host)) {
        own.push(result);
      } else {
        this.#context.counters.add('results_not_allowed');
        this.#context.complaints.spoofed(this.#peer, result.host);
      }
    }
    return own;
  }

  #answer(): void {
    if (this.#refused > 0) this.reset();
    else if (!this.#wasReset) this.#socket.end();
  }

  /** While anything of it is on its way into the journal a client is not idle. */
  #armIdle(timeoutMs: number): void {
    this.#cancelIdle();
    if (this.#isOver || this.#ahead.results > 0) return;
    this.#cancelIdle = this.#context.clock.setTimer(timeoutMs, () => {
      this.#context.counters.add('connections_idle');
      this.#context.complaints.idle(this.#peer, timeoutMs, this.#read);
      this.reset();
    });
  }

  #refuse(refusal: PacketRefusal): void {
    this.#context.counters.add(`packets_refused_${refusal.reason}`);
    this.#refused++;
    if (this.#toldReasons.has(refusal.reason)) return;
    this.#toldReasons.add(refusal.reason);
    const first = this.#reader.refusedFirst;
    this.#context.complaints.refused(refusal, {
      peer: this.#peer,
      address: this.#address,
      packetsBefore: this.#read,
      looksLike: foreignProtocol(this.#beginning),
      first: first && { iv: this.#iv, ciphertext: first },
    });
  }

  #sayFurtherRefusals(): void {
    const further = this.#refused - this.#toldReasons.size;
    if (further > 0) this.#context.complaints.refusedMore(this.#peer, further);
  }

  #sayBroken(error: unknown): void {
    if (this.#wasReset) return;
    this.#context.counters.add('connections_broken');
    const looksLike = this.#read > 0 ? undefined : foreignProtocol(this.#beginning);
    this.#context.complaints.broken(this.#peer, systemReason(error), {
      packetsBefore: this.#read,
      looksLike,
    });
    this.reset();
  }
}
