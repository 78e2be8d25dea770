import type { ByteString } from '../byte-string.ts';
import { frameRowsMax, reasonBytesMax } from './batch-limits.ts';
import { ByteReader, MalformedError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { lengthBytes } from './frame-reader.ts';

/** What a receiver says. */
export type ServerFrame =
  | Welcome
  | Acknowledgement
  | { readonly kind: 'pong' }
  /** Results wait for room in the journal: the receiver lives, patience. */
  | { readonly kind: 'hold' }
  | SessionEnd;

/** The answer to hello: how far the stream is known here. */
export interface Welcome {
  readonly kind: 'welcome';
  /** The last number of the stream that is in the journal, 0 for a stream that is new here. */
  readonly lastSeq: number;
  /** The checksum of the row with that number; 0 when it is not known. */
  readonly lastChecksum: number;
  /** How many results may be on their way without an acknowledgement. */
  readonly window: number;
  /** After so many seconds without a frame the receiver closes the connection. */
  readonly idleSeconds: number;
}

/** Everything up to `through` is in the journal, or refused for good. */
export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  readonly through: number;
  /** Those of the results since the last acknowledgement that were refused. */
  readonly refused: readonly RefusedRow[];
}

export interface RefusedRow {
  readonly seq: number;
  /** For people, UTF-8. */
  readonly reason: ByteString;
}

/** The last frame of a session that the receiver ends. */
export interface SessionEnd {
  readonly kind: 'end';
  readonly cause: EndCause;
  /** For people, UTF-8. */
  readonly reason: ByteString;
}

/**
 * `idle`: to make room for others, nothing is wrong. `stopping`: the receiver ends.
 * `replaced`: another connection has begun the same stream. `protocol`: it could
 * not read what it got. `unavailable`: it could not put results into its journal.
 */
export type EndCause = 'idle' | 'stopping' | 'replaced' | 'protocol' | 'unavailable';

const types = { welcome: 0x81, acknowledgement: 0x82, pong: 0x83, hold: 0x84, end: 0x85 } as const;
const causes: readonly EndCause[] = ['idle', 'stopping', 'replaced', 'protocol', 'unavailable'];

export function encodeServerFrame(frame: ServerFrame): Buffer {
  const { kind } = frame;
  if (kind === 'acknowledgement') return encodeAcknowledgement(frame);
  if (kind === 'welcome') {
    const { lastSeq, lastChecksum, window, idleSeconds } = frame;
    const writer = frameWriter(8 + 4 + 4 + 2, types.welcome);
    return writer.uint64(lastSeq).uint32(lastChecksum).uint32(window).uint16(idleSeconds).done();
  }
  if (kind === 'end') {
    const reason = frame.reason.slice(0, reasonBytesMax);
    const writer = frameWriter(1 + 1 + reason.length, types.end);
    return writer.uint8(causes.indexOf(frame.cause)).text8(reason).done();
  }
  return frameWriter(0, types[kind]).done();
}

function encodeAcknowledgement({ through, refused }: Acknowledgement): Buffer {
  const reasons = refused.map(({ reason }) => reason.slice(0, reasonBytesMax));
  const length = 8 + 2 + reasons.reduce((sum, reason) => sum + 8 + 1 + reason.length, 0);
  const writer = frameWriter(length, types.acknowledgement).uint64(through).uint16(refused.length);
  for (const [index, { seq }] of refused.entries()) writer.uint64(seq).text8(reasons[index] ?? '');
  return writer.done();
}

/** Reads a frame of a receiver. @throws MalformedError */
export function decodeServerFrame(type: number, body: Uint8Array): ServerFrame {
  const reader = new ByteReader(body);
  const frame = readBody(type, reader);
  reader.end();
  return frame;
}

function readBody(type: number, reader: ByteReader): ServerFrame {
  if (type === types.acknowledgement) return readAcknowledgement(reader);
  if (type === types.welcome) {
    const lastSeq = reader.uint64();
    const lastChecksum = reader.uint32();
    const window = reader.uint32();
    if (window === 0) throw new MalformedError('a window without room');
    return { kind: 'welcome', lastSeq, lastChecksum, window, idleSeconds: reader.uint16() };
  }
  if (type === types.pong) return { kind: 'pong' };
  if (type === types.hold) return { kind: 'hold' };
  if (type === types.end) {
    const cause = causes[reader.uint8()];
    if (cause === undefined) throw new MalformedError('an end for an unknown cause');
    return { kind: 'end', cause, reason: reader.text8(reasonBytesMax, 'a reason') };
  }
  throw new MalformedError(`a frame of type ${type}, which receivers do not send`);
}

function readAcknowledgement(reader: ByteReader): Acknowledgement {
  const through = reader.uint64();
  const count = reader.uint16();
  if (count > frameRowsMax) throw new MalformedError(`${count} refusals in a frame`);
  const refused: RefusedRow[] = [];
  for (let index = 0; index < count; index++) {
    const seq = reader.uint64();
    refused.push({ seq, reason: reader.text8(reasonBytesMax, 'a reason') });
  }
  return { kind: 'acknowledgement', through, refused };
}

/** A writer for a frame whose body has `length` bytes. */
function frameWriter(length: number, type: number): ByteWriter {
  return new ByteWriter(lengthBytes + 1 + length).uint32(1 + length).uint8(type);
}
