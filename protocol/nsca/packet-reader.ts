import type { KeyedCipher } from './keyed-cipher.ts';
import {
  decodeNscaPacket,
  type NscaPacket,
  type NscaPacketSize,
  nscaPacketBytes,
  oldNscaPacketBytes,
} from './nsca-packet.ts';

/** What some bytes of a connection turned out to be. */
export type PacketEvent =
  | { readonly kind: 'packet'; readonly packet: NscaPacket; readonly size: NscaPacketSize }
  | { readonly kind: 'refused'; readonly reason: PacketFault; readonly bytes: number };

/** `version` and `crc`: a wrong key, or damage; `length`: an incomplete packet at the end. */
export type PacketFault = 'version' | 'crc' | 'length';

/**
 * Reads the data packets of one connection from chunks of any size.
 *
 * Packets of 720 and of 4304 bytes may come in any mixture, although nothing in
 * them tells their size: 720 bytes that decrypt to a right version and CRC are
 * an old packet (by chance once in 2^48), others are the beginning of a new one.
 * A bad packet gives one refusal, and reading goes on behind it. How the bytes
 * were cut into chunks makes no difference to the events. At most 4304 bytes
 * are kept between chunks.
 */
export class PacketReader {
  readonly #cipher: KeyedCipher;
  #register: Uint8Array;
  #rest: Uint8Array = new Uint8Array(0);
  /** The rest's first 720 bytes, once they are known to be no old packet. */
  #head: { readonly plain: Uint8Array; readonly fault: PacketFault } | undefined;

  /** `iv`: the 128 bytes of the init packet that this connection began with. */
  constructor(cipher: KeyedCipher, iv: Uint8Array) {
    this.#cipher = cipher;
    this.#register = iv;
  }

  /** Takes the next bytes, and gives what they complete. The chunk itself is not kept. */
  push(chunk: Uint8Array): readonly PacketEvent[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const events = this.#readWhole();
    this.#rest = new Uint8Array(this.#rest);
    return events;
  }

  /** Says that no more bytes will come; gives what those that are left amount to. */
  end(): readonly PacketEvent[] {
    const events: PacketEvent[] = [];
    while (this.#rest.length > 0) {
      events.push(this.#refuseAtEnd(), ...this.#readWhole());
    }
    return events;
  }

  #readWhole(): PacketEvent[] {
    const events: PacketEvent[] = [];
    let event = this.#readNext();
    while (event !== undefined) {
      events.push(event);
      event = this.#readNext();
    }
    return events;
  }

  #readNext(): PacketEvent | undefined {
    if (this.#rest.length < oldNscaPacketBytes) return undefined;
    if (this.#head === undefined) {
      const plain = this.#cipher.decrypt(this.#register, this.#first(oldNscaPacketBytes));
      const old = decodeNscaPacket(plain);
      if (old.ok) return this.#accept(old.packet, oldNscaPacketBytes);
      this.#head = { plain, fault: old.reason };
    }
    if (this.#rest.length < nscaPacketBytes) return undefined;
    const whole = this.#first(nscaPacketBytes);
    const tail = this.#cipher.decrypt(this.#register, whole, oldNscaPacketBytes);
    const decoded = decodeNscaPacket(Buffer.concat([this.#head.plain, tail]));
    if (decoded.ok) return this.#accept(decoded.packet, nscaPacketBytes);
    const size = this.#oldPacketBehind() ? oldNscaPacketBytes : nscaPacketBytes;
    return this.#refuse(decoded.reason, size);
  }

  /** Too few bytes for a new packet are left: bad old packets, or part of something. */
  #refuseAtEnd(): PacketEvent {
    const { length } = this.#rest;
    const oldPackets = length % oldNscaPacketBytes === 0 || this.#oldPacketBehind();
    return this.#head !== undefined && oldPackets
      ? this.#refuse(this.#head.fault, oldNscaPacketBytes)
      : this.#refuse('length', length);
  }

  /**
   * Whether a good old packet lies one or more old packets further on, within
   * the length of a new one: then the bad packet in front was an old one too.
   */
  #oldPacketBehind(): boolean {
    const rest = this.#first(nscaPacketBytes);
    for (let at = oldNscaPacketBytes; at + oldNscaPacketBytes <= rest.length; ) {
      const register = this.#cipher.nextRegister(this.#register, rest.subarray(0, at));
      const end = at + oldNscaPacketBytes;
      if (decodeNscaPacket(this.#cipher.decrypt(register, rest.subarray(at, end))).ok) return true;
      at = end;
    }
    return false;
  }

  #accept(packet: NscaPacket, size: NscaPacketSize): PacketEvent {
    this.#drop(size);
    return { kind: 'packet', packet, size };
  }

  #refuse(reason: PacketFault, bytes: number): PacketEvent {
    this.#drop(bytes);
    return { kind: 'refused', reason, bytes };
  }

  #drop(bytes: number): void {
    this.#register = this.#cipher.nextRegister(this.#register, this.#first(bytes));
    this.#rest = this.#rest.subarray(bytes);
    this.#head = undefined;
  }

  #first(bytes: number): Uint8Array {
    return this.#rest.subarray(0, bytes);
  }
}
