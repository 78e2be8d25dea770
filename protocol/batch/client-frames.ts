import { type ByteString, textOf } from '../byte-string.ts';
import { frameBytesMax, frameRowsMax, streamBytesMax } from './batch-limits.ts';
import { ByteReader, MalformedError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { lengthBytes } from './frame-reader.ts';
import { type ReceivedRow, type ResultRow, readRow, rowBytes, writeRow } from './result-row.ts';

/** What an agent says. */
export type ClientFrame = Hello | Results | { readonly kind: 'ping' };

/** The first frame of a connection: whose results will come. */
export interface Hello {
  readonly kind: 'hello';
  /** Names the sequence of results, 1 to 64 letters, digits, `-`, `_` or `.`. */
  readonly stream: string;
  /** The highest number that the agent has ever given in this stream. */
  readonly highestSeq: number;
}

/** Results of the stream, numbers growing. */
export interface Results {
  readonly kind: 'results';
  readonly rows: readonly ReceivedRow[];
}

const types = { hello: 0x01, results: 0x02, ping: 0x03 } as const;

/** Bytes of a results frame beside its rows: type, count. */
const resultsHeadBytes = 1 + 2;

export function encodeHello({ stream, highestSeq }: Omit<Hello, 'kind'>): Buffer {
  const length = 1 + 1 + stream.length + 8;
  return frameWriter(length, types.hello).text8(stream).uint64(highestSeq).done();
}

export function encodePing(): Buffer {
  return frameWriter(1, types.ping).done();
}

/**
 * Packs rows into frames, as many into each as it may hold. A row that `rowFault`
 * objects to does not belong here.
 */
export function* encodeResults(
  rows: readonly ResultRow[],
  limits: { readonly bytes: number; readonly rows: number } = {
    bytes: frameBytesMax,
    rows: frameRowsMax,
  },
): Generator<{ readonly bytes: Buffer; readonly rows: number }> {
  let start = 0;
  let length = resultsHeadBytes;
  for (const [index, row] of rows.entries()) {
    const more = rowBytes(row);
    if (index > start && (length + more > limits.bytes || index - start >= limits.rows)) {
      yield resultsFrame(rows.slice(start, index), length);
      start = index;
      length = resultsHeadBytes;
    }
    length += more;
  }
  if (start < rows.length) yield resultsFrame(rows.slice(start), length);
}

function resultsFrame(rows: readonly ResultRow[], length: number) {
  const writer = frameWriter(length, types.results).uint16(rows.length);
  for (const row of rows) writeRow(writer, row);
  return { bytes: writer.done(), rows: rows.length };
}

/** Reads a frame of an agent. @throws MalformedError */
export function decodeClientFrame(type: number, body: Uint8Array): ClientFrame {
  const reader = new ByteReader(body);
  if (type === types.results) return readResults(reader);
  if (type === types.hello) return readHello(reader);
  if (type === types.ping) {
    reader.end();
    return { kind: 'ping' };
  }
  throw new MalformedError(`a frame of type ${type}, which agents do not send`);
}

function readHello(reader: ByteReader): Hello {
  const stream = streamName(reader.text8(streamBytesMax, "a stream's name"));
  const highestSeq = reader.uint64();
  reader.end();
  return { kind: 'hello', stream, highestSeq };
}

function streamName(name: ByteString): string {
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw new MalformedError(`${JSON.stringify(textOf(name))} does not name a stream`);
}

function readResults(reader: ByteReader): Results {
  const count = reader.uint16();
  if (count === 0 || count > frameRowsMax) {
    throw new MalformedError(`a frame of ${count} results, not 1 to ${frameRowsMax}`);
  }
  const rows: ReceivedRow[] = [];
  let last = 0;
  for (let index = 0; index < count; index++) {
    const row = readRow(reader);
    if (row.seq <= last) throw new MalformedError(`result ${row.seq} behind result ${last}`);
    last = row.seq;
    rows.push(row);
  }
  reader.end();
  return { kind: 'results', rows };
}

/** A writer for a frame whose type and body have `length` bytes together. */
function frameWriter(length: number, type: number): ByteWriter {
  return new ByteWriter(lengthBytes + length).uint32(length).uint8(type);
}
