import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { KnownIdentity } from '../admit/identity.ts';
import { type RateLimit, rateOf } from '../admit/rate-limit.ts';
import type { Counters } from '../counters.ts';
import { peerOf } from './peer-of.ts';

/** What all sessions over TLS need of the receiver. */
export interface TlsClientParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** How long a client may take to read the last words of a session. */
const endGraceMs = 2_000;

/** The client of a connection over TLS, whichever protocol it speaks: who it is, and how fast it may send. */
export class TlsClient {
  readonly socket: TLSSocket;
  /** Its address and port. */
  readonly peer: string;
  readonly #parts: TlsClientParts;
  #identity: KnownIdentity;
  #rate: RateLimit | undefined;

  constructor(socket: TLSSocket, identity: KnownIdentity, parts: TlsClientParts) {
    this.socket = socket;
    this.peer = peerOf(socket);
    this.#parts = parts;
    this.#identity = identity;
    this.#rate = rateOf(identity, parts.clock.monotonicMs());
  }

  get identity(): KnownIdentity {
    return this.#identity;
  }

  /** From now on it may do what this allows. */
  set identity(identity: KnownIdentity) {
    this.#identity = identity;
    this.#rate = rateOf(identity, this.#parts.clock.monotonicMs());
  }

  /** Counts what it sent; gives the milliseconds that it has to wait before it may send more. */
  took(results: number): number {
    const waitMs = this.#rate?.take(results, this.#parts.clock.monotonicMs()) ?? 0;
    if (waitMs > 0) this.#parts.counters.add('rate_limited');
    return waitMs;
  }

  /** Who it is, for a message, and for the fields of a record. */
  get who(): string {
    return `${this.#identity.name} at ${this.peer}`;
  }

  get fields(): { readonly identity: string; readonly peer: string } {
    return { identity: this.#identity.name, peer: this.peer };
  }

  /** Says the last words; a client that neither reads nor closes then has had its chance. */
  end(words: string | Uint8Array = ''): void {
    this.socket.end(words);
    const cancel = this.#parts.clock.setTimer(endGraceMs, () => this.socket.destroy());
    this.socket.once('close', cancel);
  }

  /** Ends a connection that broke, in some other way than by its orderly end; gives how, for a message. */
  broke(error: unknown): string {
    this.#parts.counters.add('connections_broken');
    this.socket.destroy();
    return `the connection from ${this.peer} broke: ${systemReason(error)}`;
  }
}
