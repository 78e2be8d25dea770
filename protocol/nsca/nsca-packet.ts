import { crc32 } from 'node:zlib';
import { type ByteString, byteStringFrom } from '../byte-string.ts';

/**
 * The two sizes of data packets: 4304 bytes with room for 4095 bytes of output
 * (NSCA 2.9 and later), 720 with room for 511 (2.7 and before). They differ in
 * nothing else, not even in their version number.
 */
export type NscaPacketSize = 720 | 4304;

export const nscaPacketBytes = 4304;
export const oldNscaPacketBytes = 720;

/** A data packet: one check result from client to server. */
export interface NscaPacket {
  /** Copied from the server's init packet; Unix time in seconds. */
  readonly timestamp: number;
  /** −32768 to 32767; receivers pass odd ones on. */
  readonly returnCode: number;
  readonly host: ByteString;
  /** Empty for a host check. */
  readonly service: ByteString;
  readonly output: ByteString;
}

/*
 * The layout, all numbers big-endian (a C struct with its natural alignment):
 *   0 int16 version = 3 · 2 two bytes padding · 4 uint32 CRC · 8 uint32 timestamp
 *   12 int16 return code · 14 host[64] · 78 service[128] · 206 output[4096 or 512]
 *   and two bytes padding at the end.
 * Texts end with a NUL; what follows it in the field is filler.
 */
const version = 3;
const crcAt = 4;
const crcEnd = 8;
const timestampAt = 8;
const returnCodeAt = 12;
const hostAt = 14;
const serviceAt = 78;
const outputAt = 206;
const tailPaddingBytes = 2;
/** A packet's first bytes with a CRC field of zero; filled anew for each. */
const headWithoutCrc = new Uint8Array(crcEnd);

export type NscaTextField = 'host' | 'service' | 'output';

export interface EncodedNscaPacket {
  readonly bytes: Buffer;
  /** The fields that were longer than the packet has room for (or held a NUL) and were cut. */
  readonly cut: readonly NscaTextField[];
}

/**
 * The plain bytes of a data packet, to be encrypted next. `filler`, as long as
 * the packet, should be random: it stays wherever no field is written, so that
 * the ciphertext of two equal results differs. Throws a RangeError for a filler
 * of another length and for numbers that do not fit their fields.
 */
export function encodeNscaPacket(
  packet: NscaPacket,
  { size, filler }: { readonly size: NscaPacketSize; readonly filler: Uint8Array },
): EncodedNscaPacket {
  if (filler.length !== size) {
    throw new RangeError(`the filler of a packet of ${size} bytes has ${filler.length} bytes`);
  }
  const bytes = Buffer.from(filler);
  bytes.writeInt16BE(version, 0);
  bytes.writeUInt32BE(packet.timestamp, timestampAt);
  bytes.writeInt16BE(packet.returnCode, returnCodeAt);
  const cut: NscaTextField[] = [];
  for (const [field, start, end] of textFields(size)) {
    if (writeText(bytes, packet[field], start, end) === 'cut') cut.push(field);
  }
  bytes.writeUInt32BE(crcOf(bytes), crcAt);
  return { bytes, cut };
}

export type NscaPacketDecode =
  | { readonly ok: true; readonly packet: NscaPacket }
  | { readonly ok: false; readonly reason: 'length' | 'version' | 'crc' };

/**
 * Reads the decrypted bytes of one data packet of either size. A wrong password
 * or method shows as a wrong version (or, once in 65,536, as a wrong CRC).
 */
export function decodeNscaPacket(bytes: Uint8Array): NscaPacketDecode {
  const size = bytes.length;
  if (size !== nscaPacketBytes && size !== oldNscaPacketBytes) {
    return { ok: false, reason: 'length' };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (view.getInt16(0) !== version) return { ok: false, reason: 'version' };
  if (view.getUint32(crcAt) !== crcOf(bytes)) return { ok: false, reason: 'crc' };
  const packet = {
    timestamp: view.getUint32(timestampAt),
    returnCode: view.getInt16(returnCodeAt),
    host: readText(bytes, hostAt, serviceAt),
    service: readText(bytes, serviceAt, outputAt),
    output: readText(bytes, outputAt, size - tailPaddingBytes),
  };
  return { ok: true, packet };
}

/** Whether some decrypted bytes begin as a data packet does: the first sign of a right key. */
export function hasNscaVersion(bytes: Uint8Array): boolean {
  return bytes[0] === version >>> 8 && bytes[1] === (version & 255);
}

function textFields(size: NscaPacketSize): readonly (readonly [NscaTextField, number, number])[] {
  return [
    ['host', hostAt, serviceAt],
    ['service', serviceAt, outputAt],
    ['output', outputAt, size - tailPaddingBytes],
  ];
}

/** CRC-32 (IEEE, as zlib's) over the whole packet with its CRC field taken as zero. */
function crcOf(bytes: Uint8Array): number {
  for (let i = 0; i < crcAt; i++) headWithoutCrc[i] = bytes[i] ?? 0;
  return crc32(bytes.subarray(crcEnd), crc32(headWithoutCrc));
}

function writeText(bytes: Buffer, text: ByteString, start: number, end: number): 'whole' | 'cut' {
  const nul = text.indexOf('\0');
  const fitting = Math.min(nul === -1 ? text.length : nul, end - start - 1);
  bytes.write(text.slice(0, fitting), start, 'latin1');
  bytes[start + fitting] = 0;
  return fitting < text.length ? 'cut' : 'whole';
}

/** The text up to the first NUL; a field without one ends a byte before its end, as in NSCA. */
function readText(bytes: Uint8Array, start: number, end: number): ByteString {
  const nul = bytes.indexOf(0, start);
  return byteStringFrom(bytes, start, nul === -1 || nul >= end ? end - 1 : nul);
}
