import { frameBytesMax } from './batch-limits.ts';
import { MalformedError } from './byte-reader.ts';

/** Why bytes are not frames; nothing behind a fault can be read. */
export interface FrameFault {
  readonly kind: 'fault';
  readonly reason: 'too-long' | 'malformed' | 'truncated';
  readonly message: string;
}

/** What a decoder makes of a frame's type and body; it throws MalformedError. */
export type DecodeFrame<Frame> = (type: number, body: Uint8Array) => Frame;

/** Bytes of a frame's length field. */
export const lengthBytes = 4;

/**
 * Reads frames from chunks of any size: four bytes length (big-endian) of what
 * follows, one byte type, the body. How the bytes were cut into chunks makes no
 * difference to what comes out. At most one frame that is not yet whole is kept.
 */
export class FrameReader<Frame extends { readonly kind: string }> {
  readonly #decode: DecodeFrame<Frame>;
  readonly #maxBytes: number;
  /** What is being put together: a length field, or the frame that it announced. */
  #part = Buffer.alloc(lengthBytes);
  #filled = 0;
  #inFrame = false;
  #broken = false;

  /** @param maxBytes longer frames are a fault as soon as their length is read */
  constructor(decode: DecodeFrame<Frame>, maxBytes: number = frameBytesMax) {
    this.#decode = decode;
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes, and gives the frames that they complete; a fault is the last of all. */
  push(chunk: Uint8Array): readonly (Frame | FrameFault)[] {
    const events: (Frame | FrameFault)[] = [];
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      const missing = this.#part.length - this.#filled;
      const piece = chunk.subarray(at, at + missing);
      at += piece.length;
      const event = this.#fill(piece);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Says that no more bytes will come: what is left, if anything, is a fault. */
  end(): readonly FrameFault[] {
    if (this.#broken || (this.#filled === 0 && !this.#inFrame)) return [];
    return [this.#fault('truncated', 'the connection ended amid a frame')];
  }

  /** Takes a piece that does not go beyond the part; without a copy where it is the whole part. */
  #fill(piece: Uint8Array): Frame | FrameFault | undefined {
    const whole = this.#filled === 0 && piece.length === this.#part.length;
    if (!whole) this.#part.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < this.#part.length) return undefined;
    return this.#complete(whole ? piece : this.#part);
  }

  #complete(part: Uint8Array): Frame | FrameFault | undefined {
    this.#filled = 0;
    if (!this.#inFrame) return this.#begin(Buffer.from(part).readUInt32BE());
    this.#inFrame = false;
    this.#part = Buffer.alloc(lengthBytes);
    try {
      return this.#decode(part[0] ?? 0, part.subarray(1));
    } catch (error) {
      if (error instanceof MalformedError) return this.#fault('malformed', error.message);
      throw error;
    }
  }

  #begin(length: number): FrameFault | undefined {
    if (length === 0) return this.#fault('malformed', 'a frame without a type');
    if (length > this.#maxBytes) {
      return this.#fault('too-long', `a frame of ${length} bytes, more than ${this.#maxBytes}`);
    }
    this.#inFrame = true;
    this.#part = Buffer.allocUnsafeSlow(length);
    return undefined;
  }

  #fault(reason: FrameFault['reason'], message: string): FrameFault {
    this.#broken = true;
    this.#part = Buffer.alloc(0);
    return { kind: 'fault', reason, message };
  }
}
