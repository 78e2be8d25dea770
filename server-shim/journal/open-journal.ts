import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import { decodeBatch } from './batch.ts';
import { BatchScanner } from './batch-scanner.ts';
import { DiskJournal, type JournalLimits, type JournalState } from './disk-journal.ts';
import { isPositionFile, positionPath, readPosition } from './position-file.ts';
import { readSegmentHead, type Segment, segmentNumberOf } from './segment.ts';
import { type SegmentCreator, SegmentList } from './segment-list.ts';
import { StreamNumbers } from './stream-numbers.ts';

export interface JournalOptions {
  /** The journal's own folder; made if it is missing. */
  readonly folder: string;
  /** The names of all sinks. */
  readonly sinks: readonly string[];
  readonly limits?: JournalLimits;
  /** How large a file of it becomes. */
  readonly segmentBytes?: number;
  readonly createSegment?: SegmentCreator;
}

export const journalLimitsDefault: JournalLimits = {
  maxResults: 10_000_000,
  maxBytes: 2 * 1024 ** 3,
};

/** Small enough that what is done with goes soon, large enough that a new one is rare. */
const segmentBytesMost = 16 * 1024 * 1024;

export interface JournalParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/**
 * Opens the journal and finds what waits in it. What a crash left half written was promised
 * to nobody and is passed over; what is damaged is set aside under a new name and told.
 * @throws NagtailError STATE_NEWER when a newer version wrote it, STORE_FAILED when its
 * folder cannot be used
 */
export function openJournal(options: JournalOptions, parts: JournalParts): DiskJournal {
  const { folder, sinks, limits = journalLimitsDefault } = options;
  const { segmentBytes = Math.min(segmentBytesMost, Math.ceil(limits.maxBytes / 8)) } = options;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const { segments, streams, endSequence } = recover(folder, parts.log);
    const { positions, nextSequence } = positionsOf(folder, sinks, segments, endSequence);
    const { createSegment: create } = options;
    const list = { folder, segmentBytes, segments, ...(create === undefined ? {} : { create }) };
    const state: JournalState = {
      folder,
      segments: new SegmentList(list),
      streams,
      nextSequence,
      positions,
    };
    const journal = new DiskJournal(state, limits, parts);
    parts.log.info('JOURNAL_OPENED', `${journal.size} results wait from before`, {
      results: journal.size,
      bytes: journal.bytes,
      folder,
    });
    return journal;
  } catch (error) {
    if (error instanceof NagtailError) throw error;
    const message = `cannot use the journal in ${folder}: ${systemReason(error)}; set state_dir to a folder that this user may write`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
}

/** Everything that the files of the journal say. */
interface Recovered {
  readonly segments: readonly Segment[];
  readonly streams: StreamNumbers;
  readonly endSequence: number;
}

function recover(folder: string, log: Log): Recovered {
  const segments: Segment[] = [];
  // Of all but the last they are history, and there may be many.
  let streamsText = '';
  for (const name of readdirSync(folder).toSorted()) {
    const file = path.join(folder, name);
    if (name.endsWith('.new')) rmSync(file);
    const number = segmentNumberOf(name);
    if (number === undefined) continue;
    const head = readSegmentHead(file, number);
    if (head.kind === 'newer') throw newer(file, head.version);
    if (head.kind === 'damaged') {
      setAside(file, log);
      continue;
    }
    segments.push(head.segment);
    streamsText = head.streamsText;
  }
  for (const [index, segment] of segments.entries()) {
    segment.bytes = statSync(segment.path).size;
    segment.endSequence = segments[index + 1]?.firstSequence ?? segment.endSequence;
  }
  const streams = StreamNumbers.fromText(streamsText);
  const last = segments.at(-1);
  if (last !== undefined) readLast(last, streams, log);
  return { segments, streams, endSequence: last?.endSequence ?? 1 };
}

/** Reads the last segment to its end, and takes over what it says of streams. */
function readLast(segment: Segment, streams: StreamNumbers, log: Log): void {
  const size = segment.bytes;
  const scanner = new BatchScanner(segment.path, segment.dataStart);
  segment.bytes = segment.dataStart;
  try {
    for (;;) {
      const scan = scanner.next(size);
      if (scan.kind === 'end') break;
      const end = scan.firstSequence + scan.results;
      if (end <= segment.endSequence) continue;
      for (const { id } of decodeBatch(scan.bytes, scan.start, scan.results)) {
        if (id !== undefined) streams.note(id);
      }
      segment.endSequence = end;
      segment.bytes = scanner.offset;
    }
  } finally {
    scanner.close();
  }
  if (segment.bytes < size) {
    const message = `the last write to ${segment.path} was not finished; its senders were not told that it was, and send again`;
    log.info('JOURNAL_CUT', message, { bytes: size - segment.bytes });
  }
}

/**
 * Where each sink goes on: where it was; a new one where the slowest of those before was,
 * so that a renamed sink misses nothing. Positions of sinks that are gone are removed.
 */
function positionsOf(
  folder: string,
  sinks: readonly string[],
  segments: readonly Segment[],
  endSequence: number,
): { readonly positions: ReadonlyMap<string, number>; readonly nextSequence: number } {
  const files = readdirSync(folder).filter(isPositionFile);
  const found = new Map<string, number>();
  for (const name of files) {
    const position = readPosition(path.join(folder, name));
    if (position !== undefined) found.set(path.join(folder, name), position);
  }
  const first = segments[0]?.firstSequence ?? 1;
  const slowest = Math.min(...found.values(), Number.POSITIVE_INFINITY);
  const forNew = Number.isFinite(slowest) ? slowest : first;
  const positions = new Map<string, number>();
  for (const sink of sinks) {
    const file = positionPath(folder, sink);
    // After a power failure a position may be older than the files that are left.
    positions.set(sink, Math.max(first, found.get(file) ?? forNew));
    found.delete(file);
  }
  for (const file of found.keys()) rmSync(file);
  return { positions, nextSequence: Math.max(endSequence, ...positions.values()) };
}

function setAside(file: string, log: Log): void {
  const aside = `${file}.damaged`;
  renameSync(file, aside);
  const message = `${file} is no file of the journal, or damaged at its beginning: it is kept as ${aside}`;
  log.error('JOURNAL_DAMAGED', message);
}

function newer(file: string, version: number): NagtailError {
  const message = `${file} has format ${version}, which a newer version of nagtail-shim wrote: install that, or move the file away`;
  return new NagtailError('STATE_NEWER', message);
}
