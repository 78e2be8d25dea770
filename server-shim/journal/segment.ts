import { type BigIntStats, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from '../../platform/replace-file.ts';
import type { StreamNumbers } from './stream-numbers.ts';

/**
 * A file of the journal. It is only appended to, and removed as a whole when all sinks are
 * through it. It begins with one line,
 *
 *     nagtail-journal VERSION FIRST-SEQUENCE BYTES CRC-32
 *
 * then come as many bytes of StreamNumbers as they were when the file was begun, so that no
 * older file is needed to know repeats, and then batches.
 */
export interface Segment {
  /** Files are numbered in the order of their beginning. */
  readonly number: number;
  readonly path: string;
  readonly firstSequence: number;
  /** Where its batches begin. */
  readonly dataStart: number;
  /** The sequence number behind its last result, of those that are safe on disk. */
  endSequence: number;
  /** How far it is safe on disk. */
  bytes: number;
  /** A part of it cannot be read. It is then kept under another name when it has had its turn. */
  damaged: boolean;
}

const segmentVersion = 1;

const title = 'nagtail-journal';

/** The longest first line: title, and four numbers of at most 16 digits. */
const firstLineBytes = 128;

function segmentPath(folder: string, number: number): string {
  return path.join(folder, `${String(number).padStart(12, '0')}.journal`);
}

/** The number in a segment's name; undefined for other files. */
export function segmentNumberOf(name: string): number | undefined {
  const digits = /^(\d{12,})\.journal$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A segment that is being written. */
export interface SegmentFile {
  /** Writes bytes at a position; when it resolves they are safe on disk. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** False when its name stands for nothing, or for another file: what is written now is gone when it is closed. */
  readonly isInPlace: boolean;
  /** Its first bytes, whether or not it has its name. */
  read(bytes: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Begins a segment: either it is there under its name with a whole head, or not at all. */
export async function createSegment(
  folder: string,
  number: number,
  firstSequence: number,
  streams: StreamNumbers,
): Promise<{ readonly segment: Segment; readonly file: SegmentFile }> {
  const target = segmentPath(folder, number);
  const head = headOf(firstSequence, streams);
  const file = await writeSegment(target, head);
  const segment: Segment = {
    number,
    path: target,
    firstSequence,
    dataStart: head.length,
    endSequence: firstSequence,
    bytes: head.length,
    damaged: false,
  };
  return { segment, file };
}

/** Makes the file of a segment with these bytes in it, to be written on behind them. */
export async function writeSegment(target: string, bytes: Uint8Array): Promise<SegmentFile> {
  const temporary = `${target}.new`;
  try {
    const { O_RDWR, O_CREAT, O_TRUNC, O_DSYNC } = constants;
    // Each write with O_DSYNC waits for the disk: one call, and not in the event loop's thread.
    const handle = await open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_DSYNC, 0o640);
    try {
      const file = segmentFile(target, handle, await handle.stat({ bigint: true }));
      await file.write(bytes, 0);
      await rename(temporary, target);
      await syncFolder(path.dirname(target));
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function segmentFile(target: string, handle: FileHandle, { dev, ino }: BigIntStats): SegmentFile {
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, null, position + done);
        done += bytesWritten;
      }
    },
    get isInPlace() {
      try {
        const found = statSync(target, { bigint: true, throwIfNoEntry: false });
        return found?.ino === ino && found.dev === dev;
      } catch {
        // A place where one may not look says nothing about the file.
        return true;
      }
    },
    read: async (bytes) => readAt(handle.fd, 0, bytes),
    close: () => handle.close(),
  };
}

function headOf(firstSequence: number, streams: StreamNumbers): Buffer {
  const body = Buffer.from(streams.toText(), 'utf8');
  const line = `${title} ${segmentVersion} ${firstSequence} ${body.length} ${crc32(body)}\n`;
  return Buffer.concat([Buffer.from(line, 'latin1'), body]);
}

export type SegmentHead =
  | {
      readonly kind: 'sound';
      readonly segment: Segment;
      /** What StreamNumbers were, as their text. */
      readonly streamsText: string;
    }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged' };

/** Reads a segment's head; its end is not known yet, and set to its beginning. */
export function readSegmentHead(file: string, number: number): SegmentHead {
  const fd = openSync(file, 'r');
  try {
    const start = readAt(fd, 0, firstLineBytes).toString('latin1');
    const line = /^nagtail-journal (\d+)(?: (\d+) (\d+) (\d+)\n)?/.exec(start);
    if (line === null) return { kind: 'damaged' };
    const [version = 0, firstSequence = 0, bodyBytes = 0, crc = 0] = line.slice(1).map(Number);
    if (version > segmentVersion) return { kind: 'newer', version };
    const body = readAt(fd, line[0].length, bodyBytes);
    if (line[2] === undefined || body.length < bodyBytes || crc32(body) !== crc) {
      return { kind: 'damaged' };
    }
    const dataStart = line[0].length + bodyBytes;
    const segment: Segment = {
      number,
      path: file,
      firstSequence,
      dataStart,
      endSequence: firstSequence,
      bytes: dataStart,
      damaged: false,
    };
    return { kind: 'sound', segment, streamsText: body.toString('utf8') };
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, position: number, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let done = 0;
  while (done < most) {
    const read = readSync(fd, bytes, done, most - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
