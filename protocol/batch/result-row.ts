import { crc32 } from 'node:zlib';
import { type CheckResult, nameBytesMax } from '../check-result.ts';
import { outputBytesMax } from './batch-limits.ts';
import { type ByteReader, MalformedError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** A result with its number in its stream. */
export interface ResultRow {
  /** 1 to 2^53 − 1; grows along a stream, and may leave numbers out. */
  readonly seq: number;
  readonly result: CheckResult;
}

/** A row as it was received. */
export interface ReceivedRow extends ResultRow {
  /** CRC-32 of the row's bytes: tells a repeat from another result with the same number. */
  readonly checksum: number;
}

const hostCheck = 0;
const serviceCheck = 1;

/** Bytes of a row beside its texts. */
const fixedBytes = 8 + 8 + 2 + 1 + 2 + 2 + 2;

/** The bytes that a row takes. */
export function rowBytes({ result: { host, service, output } }: ResultRow): number {
  return fixedBytes + host.length + (service?.length ?? 0) + output.length;
}

/**
 * Why a row cannot be sent, or undefined when it can: names that are too long. An
 * output that is too long can be cut, see `outputBytesMax`.
 */
export function rowFault({ result: { host, service, output } }: ResultRow): string | undefined {
  if (host.length > nameBytesMax) return `the host name is longer than ${nameBytesMax} bytes`;
  if (service !== null && service.length > nameBytesMax) {
    return `the service description is longer than ${nameBytesMax} bytes`;
  }
  if (output.length > outputBytesMax) return `the output is longer than ${outputBytesMax} bytes`;
  return undefined;
}

/** Writes a row that `rowFault` has no objection to. */
export function writeRow(writer: ByteWriter, { seq, result }: ResultRow): void {
  const { host, service, returnCode, output, time } = result;
  writer.uint64(seq).uint64(time).int16(returnCode);
  writer.uint8(service === null ? hostCheck : serviceCheck);
  writer
    .text16(host)
    .text16(service ?? '')
    .text16(output);
}

/** The checksum that the other side will give this row. */
export function rowChecksum(row: ResultRow): number {
  const writer = new ByteWriter(rowBytes(row));
  writeRow(writer, row);
  return crc32(writer.done());
}

/** @throws MalformedError */
export function readRow(reader: ByteReader): ReceivedRow {
  const start = reader.position;
  const seq = reader.uint64();
  const time = reader.uint64();
  const returnCode = reader.int16();
  const kind = reader.uint8();
  if (kind !== hostCheck && kind !== serviceCheck) {
    throw new MalformedError(`a result of kind ${kind}`);
  }
  const host = reader.text16(nameBytesMax, 'a host name');
  const service = reader.text16(nameBytesMax, 'a service description');
  if (kind === hostCheck && service !== '') {
    throw new MalformedError('a host check with a service description');
  }
  const output = reader.text16(outputBytesMax, 'an output');
  const checksum = crc32(reader.between(start, reader.position));
  const result = {
    host,
    service: kind === hostCheck ? null : service,
    returnCode,
    output,
    time,
  };
  return { seq, result, checksum };
}
