import type { Socket } from 'node:net';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { systemReason } from '../../platform/errors.ts';
import { giveBack } from '../../platform/give-back.ts';
import { foreignProtocol, foreignProtocolBytes } from '../../protocol/foreign-protocol.ts';
import { encodeInitPacket, nscaIvBytes } from '../../protocol/nsca/init-packet.ts';
import type { KeyedCipher } from '../../protocol/nsca/keyed-cipher.ts';
import { type PacketEvent, PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { ReportedResult } from '../admit/admit-result.ts';
import type { Identity } from '../admit/identity.ts';
import type { PacketFreshness, StalePacket } from '../admit/packet-freshness.ts';
import type { Counters } from '../counters.ts';
import type { HostAddresses } from './host-addresses.ts';
import type { NscaClients } from './nsca-clients.ts';
import type { NscaComplaints, PacketRefusal } from './nsca-complaints.ts';
import type { PacketDecrypting } from './packet-decrypting.ts';
import { peerOf } from './peer-of.ts';
import { type AheadReader, type ReadAhead, TakesAhead } from './read-ahead.ts';
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

const noBytes = new Uint8Array(0);

/** A connection on which so many packets were refused is reset: decrypting junk without end is no service. */
const refusedMax = 1_000;

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
export class NscaSession implements AheadReader {
  readonly socket: Socket;
  readonly #context: NscaSessionContext;
  readonly #peer: string;
  readonly #address: string;
  #identity: Identity | undefined;
  readonly #reader: PacketReader;
  readonly #iv: Uint8Array;
  readonly #ahead: TakesAhead;
  /** The connection's first bytes: they may tell that it speaks something else. */
  #beginning: Uint8Array = noBytes;
  #read = 0;
  #refused = 0;
  /** The first refusal of each kind is logged as it happens, the others together at the end. */
  readonly #toldReasons: PacketRefusal['reason'][] = [];
  #isOver = false;
  /** When a client that sends nothing whole has been quiet for too long; endless while we make it wait. */
  #idleAtMs = Number.POSITIVE_INFINITY;
  #idleTimeoutMs: number;
  #cancelIdleTimer: (() => void) | undefined;
  /** Settles when reading may go on; undefined when it does. */
  #held: Promise<void> | undefined;
  /** For how long the client waited for us; its packets are as much younger. */
  #heldMs = 0;

  /** @param address the client's, as plainAddress gives it */
  constructor(socket: Socket, address: string, context: NscaSessionContext) {
    this.socket = socket;
    this.#context = context;
    this.#peer = peerOf(socket);
    this.#address = address;
    this.#identity = context.clients.identityOf(address);
    this.#iv = context.randomBytes(nscaIvBytes);
    this.#reader = new PacketReader(context.keys, this.#iv);
    this.#idleTimeoutMs = context.handshakeTimeoutMs;
    this.#ahead = new TakesAhead(context.ahead, this);
  }

  /** Serves the connection from now on, to its end, and tells of that. */
  start(onClosed: () => void): void {
    const socket = this.socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => void this.#finish());
    socket.on('error', (error) => this.#break(error));
    socket.on('close', () => {
      if (!this.#isOver) this.#break(new Error('it was closed'));
      onClosed();
    });
    const timestamp = unixSeconds(this.#context.clock);
    socket.write(encodeInitPacket({ iv: this.#iv, timestamp }));
    this.#armIdle();
  }

  /** The configuration has changed: from now on the client may do what that allows it. */
  judgeAnew(clients: NscaClients): void {
    if (clients.mayConnect(this.#address)) this.#identity = clients.identityOf(this.#address);
    else this.reset();
  }

  /** Ends the connection without the answer that would mean "all is safe". */
  reset(): void {
    this.#end();
    this.socket.resetAndDestroy();
  }

  /** All that was read is in the journal: now it is the client's turn again. */
  onNoneAhead(): void {
    this.#armIdle();
  }

  /** Something could not be put into the journal. */
  onTakeFailed(error: unknown): void {
    this.#break(error);
  }

  /** A fault of ours costs this connection, and not the program. */
  #receive(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#readPackets(chunk);
    } catch (error) {
      this.#break(error);
    }
  }

  #readPackets(chunk: Uint8Array): void {
    if (this.#beginning.length === 0) {
      this.#beginning = new Uint8Array(chunk.subarray(0, foreignProtocolBytes));
    }
    const events = this.#context.decrypting.push(this.#reader, chunk);
    if (events instanceof Promise) {
      // Whole packets are there: that they wait for a thread is not the client's doing.
      this.#hold(
        events.then((decrypted) => {
          giveBack(chunk);
          return this.#take(decrypted);
        }),
      );
      return;
    }
    giveBack(chunk);
    const taking = this.#take(events);
    if (taking !== undefined) this.#hold(taking);
  }

  /** Reads nothing until something is done. The client waits for us meanwhile: its packets get no older. */
  #hold(until: Promise<unknown>): void {
    this.#held = this.#holdUntil(until);
    this.#armIdle();
  }

  async #holdUntil(until: Promise<unknown>): Promise<void> {
    const { clock } = this.#context;
    const startMs = clock.monotonicMs();
    this.socket.pause();
    try {
      await until;
    } catch (error) {
      this.#break(error);
    }
    this.#heldMs += clock.monotonicMs() - startMs;
    this.#held = undefined;
    if (this.#isOver) return;
    this.#armIdle();
    this.socket.resume();
  }

  /** Hands on what was read; a promise when nothing more should be read until it is settled. */
  #take(events: readonly PacketEvent[]): Promise<unknown> | undefined {
    if (events.length === 0) return undefined;
    const { counters, hostAddresses, idleTimeoutMs, openKeys } = this.#context;
    const reported = this.#reportedBy(events);
    counters.add('packets_read', reported.length);
    if (openKeys.has(this.#reader.key)) counters.add('packets_open', reported.length);
    if (this.#read === 0 && this.#refused > 0) {
      this.reset();
      return undefined;
    }
    if (this.#refused >= refusedMax) {
      // What was good before is not lost, but the client has to send it again.
      this.reset();
      return undefined;
    }
    if (this.#idleTimeoutMs !== idleTimeoutMs) {
      // It may be shorter than the time for the first packet, for which the timer was set.
      this.#idleTimeoutMs = idleTimeoutMs;
      this.#cancelIdleTimer?.();
      this.#cancelIdleTimer = undefined;
    }
    if (hostAddresses !== undefined) {
      return this.#ofOwnHosts(reported, hostAddresses).then((own) => this.#handOn(own));
    }
    const taking = this.#handOn(reported);
    this.#armIdle();
    return taking;
  }

  #handOn(reported: readonly ReportedResult[]): Promise<void> | undefined {
    if (reported.length === 0) return undefined;
    // A client of NSCA waits for no answer but at its end, if for any.
    const taken = this.#context.intake.take(reported, this.#peer, this.#identity, true);
    return this.#ahead.add(taken, reported.length);
  }

  /** The client has sent all; it gets its answer when that is in the journal. */
  async #finish(): Promise<void> {
    // The stream ends with its last bytes, also while it is paused over them.
    await this.#held;
    if (this.#isOver) return;
    try {
      await this.#take(this.#reader.end());
    } catch (error) {
      this.#break(error);
    }
    await this.#ahead.drain();
    if (this.#isOver) return;
    if (this.#refused > 0) {
      this.reset();
      return;
    }
    this.#end();
    this.socket.end();
  }

  /** Nothing that comes from now on means anything. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelIdleTimer?.();
    this.#sayFurtherRefusals();
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

  /**
   * The client's time to send something whole begins anew. While we decrypt what it sent, or put it
   * into the journal, it is not idle. The timer is let run, and looks again when it fires.
   */
  #armIdle(): void {
    if (this.#isOver) return;
    const isWaitedFor = this.#ahead.results === 0 && this.#held === undefined;
    this.#idleAtMs = isWaitedFor
      ? this.#context.clock.monotonicMs() + this.#idleTimeoutMs
      : Number.POSITIVE_INFINITY;
    if (isWaitedFor) this.#cancelIdleTimer ??= this.#idleTimer(this.#idleTimeoutMs);
  }

  #idleTimer(delayMs: number): () => void {
    return this.#context.clock.setTimer(delayMs, () => {
      this.#cancelIdleTimer = undefined;
      if (this.#isOver || this.#idleAtMs === Number.POSITIVE_INFINITY) return;
      const leftMs = this.#idleAtMs - this.#context.clock.monotonicMs();
      if (leftMs > 0) {
        this.#cancelIdleTimer = this.#idleTimer(leftMs);
        return;
      }
      this.#context.counters.add('connections_idle');
      this.#context.complaints.idle(this.#peer, this.#idleTimeoutMs, this.#read);
      this.reset();
    });
  }

  #refuse(refusal: PacketRefusal): void {
    this.#context.counters.add(`packets_refused_${refusal.reason}`);
    this.#refused++;
    if (this.#toldReasons.includes(refusal.reason)) return;
    this.#toldReasons.push(refusal.reason);
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
    const further = this.#refused - this.#toldReasons.length;
    if (further > 0) this.#context.complaints.refusedMore(this.#peer, further);
  }

  #break(error: unknown): void {
    if (this.#isOver) return;
    this.#context.counters.add('connections_broken');
    const looksLike = this.#read > 0 ? undefined : foreignProtocol(this.#beginning);
    this.#context.complaints.broken(this.#peer, systemReason(error), {
      packetsBefore: this.#read,
      looksLike,
    });
    this.reset();
  }
}
