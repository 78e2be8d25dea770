/** Bytes of the initialisation vector, whichever method is used. */
export const nscaIvBytes = 128;

/** Bytes of the whole init packet. */
export const initPacketBytes = 132;

/** What an NSCA server says first on every connection: 128 bytes IV, then its time. */
export interface InitPacket {
  /** 128 random bytes; must never repeat. */
  readonly iv: Uint8Array;
  /** The server's Unix time in seconds; clients copy it into their packets. */
  readonly timestamp: number;
}

/** The bytes of an init packet. Throws a RangeError when the IV is not 128 bytes long. */
export function encodeInitPacket(init: InitPacket): Buffer {
  if (init.iv.length !== nscaIvBytes) {
    throw new RangeError(`an NSCA IV has ${nscaIvBytes} bytes, not ${init.iv.length}`);
  }
  const bytes = Buffer.allocUnsafe(initPacketBytes);
  bytes.set(init.iv);
  bytes.writeUInt32BE(init.timestamp, nscaIvBytes);
  return bytes;
}

export type InitPacketDecode =
  | { readonly ok: true; readonly init: InitPacket }
  | { readonly ok: false; readonly reason: 'length' };

/** Reads an init packet; anything but 132 bytes is none. The IV is a copy. */
export function decodeInitPacket(bytes: Uint8Array): InitPacketDecode {
  if (bytes.length !== initPacketBytes) return { ok: false, reason: 'length' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const init = {
    iv: new Uint8Array(bytes.subarray(0, nscaIvBytes)),
    timestamp: view.getUint32(nscaIvBytes),
  };
  return { ok: true, init };
}
