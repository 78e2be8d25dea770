import type { ByteString } from '../../protocol/byte-string.ts';
import { RecentPackets } from './recent-packets.ts';

/** Why a packet that could be read is refused nevertheless. */
export type StalePacket =
  /** `seconds`: how much older than now its time is; negative when it lies in the future. */
  { readonly reason: 'age'; readonly seconds: number } | { readonly reason: 'replay' };

/** What is known of a packet beside its content. */
export interface PacketArrival {
  /** Unix time that it carries, which the client copied from the init packet. */
  readonly timestamp: number;
  /** Unix time now, less the seconds that the receiver itself held the client back. */
  readonly nowSeconds: number;
  readonly fingerprint: ByteString;
  /** False with no encryption and with XOR, where anybody can make good packets. */
  readonly isEncrypted: boolean;
}

/**
 * Refuses packets whose time differs too much from the receiver's, and packets that
 * were recorded and are sent again within that time.
 */
export class PacketFreshness {
  #maxAgeSeconds: number;
  readonly #onForgotten: () => void;
  #recent: RecentPackets | undefined;

  /**
   * @param maxAgeSeconds the greatest difference of times; 0 accepts every packet
   * @param onForgotten called when packets are forgotten before they are too old: there are too many
   */
  constructor(maxAgeSeconds: number, onForgotten: () => void = () => {}) {
    this.#maxAgeSeconds = maxAgeSeconds;
    this.#onForgotten = onForgotten;
  }

  /** From now on this is the greatest difference of times. What is remembered stays. */
  set maxAgeSeconds(seconds: number) {
    this.#maxAgeSeconds = seconds;
    // A packet from the future may come again until it is too old: twice the age.
    if (this.#recent !== undefined) this.#recent.keepSeconds = 2 * seconds;
  }

  /** Why a packet is refused; undefined when it may pass. */
  judge({
    timestamp,
    nowSeconds,
    fingerprint,
    isEncrypted,
  }: PacketArrival): StalePacket | undefined {
    if (this.#maxAgeSeconds === 0) return undefined;
    const seconds = nowSeconds - timestamp;
    if (Math.abs(seconds) > this.#maxAgeSeconds) return { reason: 'age', seconds };
    if (!isEncrypted) return undefined;
    this.#recent ??= new RecentPackets(2 * this.#maxAgeSeconds, nowSeconds);
    const added = this.#recent.add(fingerprint, nowSeconds);
    if (added === 'forgot-early') this.#onForgotten();
    return added === 'known' ? { reason: 'replay' } : undefined;
  }
}
