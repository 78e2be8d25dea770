import { crc32 } from 'node:zlib';
import type { CheckResult } from '../../protocol/check-result.ts';
import type { ResultId } from '../../protocol/result-id.ts';
import type { ReceivedResult } from './result-journal.ts';

/**
 * The journal's files consist of batches: what was written with one sync. A batch is whole
 * or it does not count, so that all results of one append are there or none.
 *
 *     0  4  magic "NJb1", by which reading finds its way again behind a damage
 *     4  4  CRC-32 of everything that follows
 *     8  4  length of the body in bytes
 *    12  4  number of results
 *    16  8  sequence number of the first result
 *    24     the body: one record behind the other
 *
 * A record, integers little-endian, texts as length (4) and bytes:
 *
 *     1 flags (1 has a service, 2 has an id, 4 its id has a checksum) · 8 return code · 8 time, both as doubles,
 *     because a wire may bring any number · host · service? · output · (stream · 8 number · (4 checksum)?)?
 */
export const batchHeadBytes = 24;

const magic = Buffer.from('NJb1', 'latin1');
const hasService = 1;
const hasId = 2;
const hasChecksum = 4;

/** Flags, return code, time, and the lengths of host and output. */
const fixedBytes = 1 + 8 + 8 + 4 + 4;

/** How many bytes a result takes in a batch. */
export function recordBytes({ result, id }: ReceivedResult): number {
  const { host, service, output } = result;
  const serviceBytes = service === null ? 0 : 4 + service.length;
  const checksumBytes = id?.checksum === undefined ? 0 : 4;
  const idBytes = id === undefined ? 0 : 4 + id.stream.length + 8 + checksumBytes;
  return fixedBytes + host.length + serviceBytes + output.length + idBytes;
}

/** Writes a batch to the beginning of `target`, which must have room; gives its length. */
export function encodeBatch(
  target: Buffer,
  firstSequence: number,
  results: readonly ReceivedResult[],
): number {
  let at = batchHeadBytes;
  for (const received of results) at = writeRecord(target, at, received);
  magic.copy(target, 0);
  target.writeUInt32LE(at - batchHeadBytes, 8);
  target.writeUInt32LE(results.length, 12);
  target.writeBigUInt64LE(BigInt(firstSequence), 16);
  target.writeUInt32LE(crc32(target.subarray(8, at)), 4);
  return at;
}

function writeRecord(target: Buffer, start: number, { result, id }: ReceivedResult): number {
  const { host, service, returnCode, output, time } = result;
  const idFlags = id === undefined ? 0 : hasId | (id.checksum === undefined ? 0 : hasChecksum);
  target[start] = (service === null ? 0 : hasService) | idFlags;
  let at = target.writeDoubleLE(returnCode, start + 1);
  at = target.writeDoubleLE(time, at);
  at = writeText(target, at, host);
  if (service !== null) at = writeText(target, at, service);
  at = writeText(target, at, output);
  if (id === undefined) return at;
  at = writeText(target, at, id.stream);
  at = target.writeBigUInt64LE(BigInt(id.seq), at);
  return id.checksum === undefined ? at : target.writeUInt32LE(id.checksum, at);
}

function writeText(target: Buffer, at: number, text: string): number {
  const start = target.writeUInt32LE(text.length, at);
  return start + target.write(text, start, 'latin1');
}

/** What stands at the beginning of some bytes. */
export type BatchHead =
  | {
      readonly kind: 'head';
      /** Bytes of the whole batch. */
      readonly bytes: number;
      readonly results: number;
      readonly firstSequence: number;
    }
  /** More bytes are needed to tell. */
  | { readonly kind: 'short' }
  /** No batch begins here. */
  | { readonly kind: 'none' };

/** Reads a batch's head at `start`, without a look at whether the batch is whole. */
export function readBatchHead(bytes: Buffer, start: number): BatchHead {
  const given = bytes.subarray(start, start + magic.length);
  if (!magic.subarray(0, given.length).equals(given)) return { kind: 'none' };
  if (bytes.length - start < batchHeadBytes) return { kind: 'short' };
  return {
    kind: 'head',
    bytes: batchHeadBytes + bytes.readUInt32LE(start + 8),
    results: bytes.readUInt32LE(start + 12),
    firstSequence: Number(bytes.readBigUInt64LE(start + 16)),
  };
}

/** Whether a batch that lies wholly in `bytes` is what was written. */
export function isBatchSound(bytes: Buffer, start: number, batchBytes: number): boolean {
  return bytes.readUInt32LE(start + 4) === crc32(bytes.subarray(start + 8, start + batchBytes));
}

/** Where the next batch may begin at or behind `start`; -1 when there is no sign of one. */
export function findBatch(bytes: Buffer, start: number): number {
  return bytes.indexOf(magic, start);
}

/** A result of a batch, decoded. */
export interface DecodedResult {
  readonly result: CheckResult;
  readonly id: ResultId | undefined;
}

/** Decodes the results of a sound batch. */
export function decodeBatch(bytes: Buffer, start: number, results: number): DecodedResult[] {
  const reader = new RecordReader(bytes, start + batchHeadBytes);
  const decoded: DecodedResult[] = [];
  for (let index = 0; index < results; index++) decoded.push(reader.next());
  return decoded;
}

/** Walks through the records of a batch. */
class RecordReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  next(): DecodedResult {
    const flags = this.#bytes[this.#at] ?? 0;
    const returnCode = this.#bytes.readDoubleLE(this.#at + 1);
    const time = this.#bytes.readDoubleLE(this.#at + 9);
    this.#at += 17;
    const host = this.#text();
    const service = (flags & hasService) === 0 ? null : this.#text();
    const output = this.#text();
    const id = (flags & hasId) === 0 ? undefined : this.#id((flags & hasChecksum) !== 0);
    return { result: { host, service, returnCode, output, time }, id };
  }

  #id(withChecksum: boolean): ResultId {
    const id = { stream: this.#text(), seq: this.#number() };
    if (!withChecksum) return id;
    const checksum = this.#bytes.readUInt32LE(this.#at);
    this.#at += 4;
    return { ...id, checksum };
  }

  #text(): string {
    const start = this.#at + 4;
    this.#at = start + this.#bytes.readUInt32LE(this.#at);
    return this.#bytes.toString('latin1', start, this.#at);
  }

  #number(): number {
    const value = Number(this.#bytes.readBigUInt64LE(this.#at));
    this.#at += 8;
    return value;
  }
}
