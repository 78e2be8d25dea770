import { type ByteString, byteStringFrom } from '../byte-string.ts';
import type { KeyedCipher } from './keyed-cipher.ts';
import {
  decodeNscaPacket,
  hasNscaVersion,
  type NscaPacket,
  type NscaPacketSize,
  nscaPacketBytes,
  oldNscaPacketBytes,
} from './nsca-packet.ts';

/** What some bytes of a connection turned out to be. */
export type PacketEvent =
  | {
      readonly kind: 'packet';
      readonly packet: NscaPacket;
      readonly size: NscaPacketSize;
      /**
       * The last 8 bytes of its ciphertext. Unless it is not encrypted or XORed they
       * depend on its whole content, the password and the connection's IV.
       */
      readonly fingerprint: ByteString;
    }
  | { readonly kind: 'refused'; readonly reason: PacketFault; readonly bytes: number };

/** `version` and `crc`: a wrong key, or damage; `length`: an incomplete packet at the end. */
export type PacketFault = 'version' | 'crc' | 'length';

const fingerprintBytes = 8;

const noBytes = new Uint8Array(0);

/** What a reader has to remember between chunks, as plain data: another thread can go on with it. */
export interface PacketReaderState {
  readonly register: Uint8Array;
  readonly rest: Uint8Array;
  /** The number of the key that is settled. */
  readonly settled: number | undefined;
  readonly likelySize: NscaPacketSize;
  readonly isFirst: boolean;
  readonly refusedFirst: Uint8Array | undefined;
}

/** A key with which the packet that is being read may be encrypted, and what that gives. */
interface Attempt {
  readonly cipher: KeyedCipher;
  /** The packet's first bytes: 720 of them at least. */
  readonly plain: Uint8Array;
  /** Why they are no old packet. */
  readonly fault: PacketFault;
}

/**
 * Reads the data packets of one connection from chunks of any size.
 *
 * Packets of 720 and of 4304 bytes may come in any mixture, although nothing in
 * them tells their size: 720 bytes that decrypt to a right version and CRC are
 * an old packet (by chance once in 2^48), others are the beginning of a new one.
 * A bad packet gives one refusal, and reading goes on behind it. How the bytes
 * were cut into chunks makes no difference to the events. At most 4304 bytes
 * are kept between chunks.
 *
 * Clients may have one of several keys: the first good packet settles which, for
 * the whole connection.
 */
export class PacketReader {
  readonly #keys: readonly [KeyedCipher, ...KeyedCipher[]];
  #settled: KeyedCipher | undefined;
  #register: Uint8Array;
  #rest: Uint8Array = noBytes;
  /** What was tried, once the rest's first 720 bytes are known to be no old packet. */
  #attempts: readonly Attempt[] | undefined;
  /** What a client has sent last it will most likely send again: then one decryption will do. */
  #likelySize: NscaPacketSize = nscaPacketBytes;
  #isFirst = true;
  #refusedFirst: Uint8Array | undefined;

  /** `iv`: the 128 bytes of the init packet that this connection began with. */
  constructor(keys: readonly [KeyedCipher, ...KeyedCipher[]], iv: Uint8Array) {
    this.#keys = keys;
    this.#settled = keys.length === 1 ? keys[0] : undefined;
    this.#register = iv;
  }

  get state(): PacketReaderState {
    return {
      register: this.#register,
      rest: this.#rest,
      settled: this.#settled && this.#keys.indexOf(this.#settled),
      likelySize: this.#likelySize,
      isFirst: this.#isFirst,
      refusedFirst: this.#refusedFirst,
    };
  }

  /** How many bytes were pushed that complete nothing yet. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  /** Goes on where a reader with the same keys was. */
  resume({ register, rest, settled, likelySize, isFirst, refusedFirst }: PacketReaderState): void {
    this.#register = register;
    this.#rest = rest;
    this.#settled = settled === undefined ? undefined : this.#keys[settled];
    this.#likelySize = likelySize;
    this.#isFirst = isFirst;
    this.#refusedFirst = refusedFirst;
    this.#attempts = undefined;
  }

  /**
   * The beginning of the connection's first packet when it was refused, 720 bytes at
   * least: what it takes to find out with which key it was encrypted.
   */
  get refusedFirst(): Uint8Array | undefined {
    return this.#refusedFirst;
  }

  /** The key that is settled, or the first one. */
  get key(): KeyedCipher {
    return this.#settled ?? this.#keys[0];
  }

  /** Takes the next bytes, and gives what they complete. The chunk itself is not kept. */
  push(chunk: Uint8Array): readonly PacketEvent[] {
    const events: PacketEvent[] = [];
    let next = chunk;
    if (this.#rest.length > 0) {
      // Only what completes the packet that is begun is copied: what it leaves then lies in the chunk.
      const head = chunk.subarray(0, nscaPacketBytes);
      this.#rest = Buffer.concat([this.#rest, head]);
      this.#readWhole(events);
      if (head.length === chunk.length) return this.#keepRest(events);
      next = chunk.subarray(head.length - this.#rest.length);
    }
    this.#rest = next;
    this.#readWhole(events);
    return this.#keepRest(events);
  }

  /** Says that no more bytes will come; gives what those that are left amount to. */
  end(): readonly PacketEvent[] {
    const events: PacketEvent[] = [];
    while (this.#rest.length > 0) {
      events.push(this.#refuseAtEnd());
      this.#readWhole(events);
    }
    return events;
  }

  #keepRest(events: readonly PacketEvent[]): readonly PacketEvent[] {
    this.#rest = this.#rest.length === 0 ? noBytes : new Uint8Array(this.#rest);
    return events;
  }

  #readWhole(events: PacketEvent[]): void {
    for (let event = this.#readNext(); event !== undefined; event = this.#readNext()) {
      events.push(event);
    }
  }

  #readNext(): PacketEvent | undefined {
    if (this.#rest.length < oldNscaPacketBytes) return undefined;
    if (this.#attempts === undefined) {
      const old = this.#tryOld();
      if (old !== undefined) return old;
    }
    if (this.#rest.length < nscaPacketBytes) return undefined;
    return this.#tryNew() ?? this.#refuseNew();
  }

  /** Takes the first bytes for an old packet, or a new one where that is likely, with each key that is possible. */
  #tryOld(): PacketEvent | undefined {
    const isNewLikely =
      this.#likelySize === nscaPacketBytes && this.#rest.length >= nscaPacketBytes;
    const first = this.#first(isNewLikely ? nscaPacketBytes : oldNscaPacketBytes);
    const attempts: Attempt[] = [];
    const ciphers = this.#possibleKeys();
    // For the rest of a new packet, or by another key, ciphers are used again.
    const isKept = first.length < nscaPacketBytes || ciphers.length > 1;
    for (const cipher of ciphers) {
      const plain = cipher.decrypt(this.#register, first);
      const whole = isNewLikely ? decodeNscaPacket(plain) : undefined;
      if (whole?.ok) return this.#accept(whole.packet, nscaPacketBytes, cipher);
      const old = decodeNscaPacket(plain.subarray(0, oldNscaPacketBytes));
      if (old.ok) return this.#accept(old.packet, oldNscaPacketBytes, cipher);
      attempts.push({ cipher, plain: isKept ? new Uint8Array(plain) : plain, fault: old.reason });
    }
    this.#attempts = attempts;
    return undefined;
  }

  #tryNew(): PacketEvent | undefined {
    const whole = this.#first(nscaPacketBytes);
    for (const { cipher, plain } of this.#attempts ?? []) {
      const tail = cipher.decrypt(this.#register, whole, plain.length);
      const decoded = decodeNscaPacket(tail.length === 0 ? plain : Buffer.concat([plain, tail]));
      if (decoded.ok) return this.#accept(decoded.packet, nscaPacketBytes, cipher);
    }
    return undefined;
  }

  #refuseNew(): PacketEvent {
    const fault = this.#attempts?.[0]?.fault ?? 'version';
    return this.#refuse(fault, this.#oldPacketBehind() ? oldNscaPacketBytes : nscaPacketBytes);
  }

  /** The settled key; else those that give a right version, for which two bytes are enough. */
  #possibleKeys(): readonly KeyedCipher[] {
    if (this.#settled !== undefined) return [this.#settled];
    const start = this.#first(2);
    const possible = this.#keys.filter((key) => hasNscaVersion(key.decrypt(this.#register, start)));
    return possible.length === 0 ? [this.#keys[0]] : possible;
  }

  /** Too few bytes for a new packet are left: bad old packets, or part of something. */
  #refuseAtEnd(): PacketEvent {
    const { length } = this.#rest;
    const oldPackets = length % oldNscaPacketBytes === 0 || this.#oldPacketBehind();
    return this.#attempts?.[0] !== undefined && oldPackets
      ? this.#refuse(this.#attempts[0].fault, oldNscaPacketBytes)
      : this.#refuse('length', length);
  }

  /**
   * Whether a good old packet lies one or more old packets further on, within
   * the length of a new one: then the bad packet in front was an old one too.
   */
  #oldPacketBehind(): boolean {
    const rest = this.#first(nscaPacketBytes);
    for (let at = oldNscaPacketBytes; at + oldNscaPacketBytes <= rest.length; ) {
      const register = this.key.nextRegister(this.#register, rest.subarray(0, at));
      const end = at + oldNscaPacketBytes;
      if (decodeNscaPacket(this.key.decrypt(register, rest.subarray(at, end))).ok) return true;
      at = end;
    }
    return false;
  }

  #accept(packet: NscaPacket, size: NscaPacketSize, cipher: KeyedCipher): PacketEvent {
    this.#settled = cipher;
    this.#likelySize = size;
    const fingerprint = byteStringFrom(this.#rest, size - fingerprintBytes, size);
    this.#drop(size);
    return { kind: 'packet', packet, size, fingerprint };
  }

  #refuse(reason: PacketFault, bytes: number): PacketEvent {
    if (this.#isFirst && reason !== 'length') {
      this.#refusedFirst = new Uint8Array(this.#first(nscaPacketBytes));
    }
    this.#drop(bytes);
    return { kind: 'refused', reason, bytes };
  }

  #drop(bytes: number): void {
    // Behind a first packet that no key reads, the register is that of the first key only.
    this.#settled ??= this.#keys[0];
    this.#register = this.#settled.nextRegister(this.#register, this.#first(bytes));
    this.#rest = this.#rest.subarray(bytes);
    this.#isFirst = false;
    this.#attempts = undefined;
  }

  #first(bytes: number): Uint8Array {
    return this.#rest.subarray(0, bytes);
  }
}
