import type { Clock } from '../../platform/clock.ts';
import { systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { Histogram, type HistogramCounts, shortSeconds } from '../../platform/metrics/histogram.ts';
import { nextTurn } from '../../platform/next-turn.ts';
import { isValidResultId, type ResultId } from '../../protocol/result-id.ts';
import type { Counters } from '../counters.ts';
import { Trouble } from '../trouble.ts';
import { type Append, AppendQueue } from './append-queue.ts';
import { batchHeadBytes, encodeBatch, recordBytes } from './batch.ts';
import { PositionFile, positionPath } from './position-file.ts';
import { PositionReader } from './position-reader.ts';
import type { JournalReader, ReceivedResult, ResultJournal } from './result-journal.ts';
import type { SegmentList } from './segment-list.ts';
import type { StreamNumbers } from './stream-numbers.ts';

/** How much may wait for the slowest sink; at either limit clients are held back. */
export interface JournalLimits {
  readonly maxResults: number;
  /** Bytes of the journal's files. */
  readonly maxBytes: number;
}

/** What opening the journal's folder found. */
export interface JournalState {
  readonly folder: string;
  readonly segments: SegmentList;
  readonly streams: StreamNumbers;
  /** The sequence number of the next result. */
  readonly nextSequence: number;
  /** The sequence number of the next result for each sink. */
  readonly positions: ReadonlyMap<string, number>;
}

/** How long an append is held back before it is turned away; shorter than clients' own patience. */
const holdMs = 5_000;

/**
 * While several clients bring a few results each, the next ones that may gather do so for so long: a sync takes about as
 * much processor time as it takes to receive one of them. Whoever comes alone, or brings many, does not wait.
 */
const gatherMs = 1;
const fewResults = 64;

/** How soon a disk that failed is tried again. */
const retryMs = 1_000;

/** A position that moved is made safe from a power failure so often. */
const syncPositionsMs = 1_000;

/**
 * The journal on disk. While one group of appends is being written all others gather and go
 * together as the next one, so that under load many share one sync, and one that comes
 * alone waits for nothing but its own.
 */
export class DiskJournal implements ResultJournal {
  readonly #folder: string;
  readonly #segments: SegmentList;
  readonly #streams: StreamNumbers;
  #readers: readonly PositionReader[];
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #queue = new AppendQueue();
  readonly #diskTrouble = new Trouble();
  #limits: JournalLimits;
  #endSequence: number;
  #full = false;
  readonly #syncs = new Histogram(shortSeconds);
  #buffer = Buffer.alloc(0);
  #writing: Promise<void> | undefined;
  #removing: Promise<void> | undefined;
  #endGathering = () => {};
  #cancelRetry: (() => void) | undefined;
  #cancelExpiry: (() => void) | undefined;
  #cancelSync: (() => void) | undefined;
  #closed = false;

  constructor(
    state: JournalState,
    limits: JournalLimits,
    parts: { readonly log: Log; readonly clock: Clock; readonly counters: Counters },
  ) {
    this.#folder = state.folder;
    this.#limits = limits;
    this.#segments = state.segments;
    this.#streams = state.streams;
    this.#endSequence = state.nextSequence;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#counters = parts.counters;
    this.#readers = [...state.positions].map(([name, position]) => this.#read(name, position));
    this.#moved();
  }

  get limits(): JournalLimits {
    return this.#limits;
  }

  /** From now on these hold. What waits already stays, also where it is more. */
  set limits(limits: JournalLimits) {
    this.#limits = limits;
    this.#moved();
  }

  /** How many results wait for the slowest sink. */
  get size(): number {
    return this.#endSequence - this.#slowestPosition;
  }

  /** What the files take on disk. */
  get bytes(): number {
    return this.#segments.bytes;
  }

  /** How long it took to write each group of results and to sync it, in seconds. */
  get syncs(): HistogramCounts {
    return this.#syncs.counts;
  }

  /** The reader of a sink that was named when the journal was opened, or added since. */
  reader(sink: string): JournalReader {
    const reader = this.#readers.find(({ name }) => name === sink);
    if (reader === undefined) throw new Error(`the journal has no position for a sink ${sink}`);
    return reader;
  }

  /** Adds a sink if it is new; it begins where the slowest is now: one that was renamed misses nothing. */
  addReader(sink: string): JournalReader {
    const known = this.#readers.find(({ name }) => name === sink);
    if (known !== undefined) return known;
    const reader = this.#read(sink, this.#slowestPosition);
    this.#readers = [...this.#readers, reader];
    return reader;
  }

  /** Forgets a sink, and what waits for it alone. */
  removeReader(sink: string): void {
    const gone = this.#readers.filter(({ name }) => name === sink);
    this.#readers = this.#readers.filter(({ name }) => name !== sink);
    for (const reader of gone) reader.remove();
    this.#moved();
  }

  lastSeq(stream: string): number {
    return this.#streams.last(stream);
  }

  lastChecksum(stream: string): number {
    return this.#streams.checksum(stream);
  }

  async append(results: readonly ReceivedResult[], mayGather = false): Promise<void> {
    if (results.length === 0) return;
    for (const { id } of results) {
      if (id !== undefined && !isValidResultId(id))
        throw new RangeError('this is no id of a result');
    }
    const deadlineMs = this.#clock.monotonicMs() + holdMs;
    const added = this.#queue.add(results, { deadlineMs, mayGather });
    if (!mayGather) this.#endGathering();
    if (this.#isHindered()) {
      this.#counters.add('journal_waits');
      this.#expireLater();
    }
    this.#wake();
    await added;
  }

  /** Writes what was appended, as far as the disk takes it, and lets go of all files. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#endGathering();
    for (const cancel of [this.#cancelRetry, this.#cancelExpiry, this.#cancelSync]) cancel?.();
    await this.#writing;
    await this.#removing;
    this.#queue.expire(Number.POSITIVE_INFINITY, 'the program ends');
    if (this.size > 0 && !this.#segments.isInPlace) await this.#putBackAtTheEnd();
    for (const reader of this.#readers) reader.close();
    await this.#segments.close();
  }

  #read(name: string, position: number): PositionReader {
    const journal = this;
    const source = {
      get endSequence() {
        return journal.#endSequence;
      },
      segmentFrom: (sequence: number) => this.#segments.from(sequence),
      moved: () => this.#moved(),
    };
    const file = new PositionFile(positionPath(this.#folder, name));
    return new PositionReader(name, position, { file, source, log: this.#log });
  }

  get #slowestPosition(): number {
    return this.#readers.reduce(
      (least, { position }) => Math.min(least, position),
      this.#endSequence,
    );
  }

  #isHindered(): boolean {
    return this.#diskTrouble.reason !== undefined || !this.#hasRoom();
  }

  /** An empty journal has room even if its last file, which is still written, is large. */
  #hasRoom(): boolean {
    if (this.size === 0) return true;
    return this.size < this.#limits.maxResults && this.bytes < this.#limits.maxBytes;
  }

  /** Begins writing, unless that runs already or has to wait. */
  #wake(): void {
    if (this.#writing !== undefined || this.#closed || this.#cancelRetry !== undefined) return;
    this.#writing = this.#writeGroups().finally(() => {
      this.#writing = undefined;
      // Somebody may have come after the last look into the queue.
      if (!this.#queue.isEmpty && !this.#isHindered()) this.#wake();
    });
  }

  /** Writes groups until nothing waits or something hinders; never rejects. */
  async #writeGroups(): Promise<void> {
    // All connections that have something to say in this turn of the event loop share a sync.
    await nextTurn();
    while (!this.#queue.isEmpty && !this.#closed) {
      if (!this.#hasRoom()) {
        this.#sayFull();
        this.#expireLater();
        return;
      }
      const group = this.#queue.takeGroup();
      try {
        await this.#writeGroup(group);
      } catch (error) {
        this.#queue.putBack(group);
        this.#sayBlocked(error);
        this.#retryLater();
        this.#expireLater();
        return;
      }
      this.#queue.done(group);
      if (isOfSeveralWithFew(group) && !this.#queue.isUrgent) await this.#gather();
    }
  }

  async #gather(): Promise<void> {
    let cancel = () => {};
    await new Promise<void>((resolve) => {
      this.#endGathering = resolve;
      cancel = this.#clock.setTimer(gatherMs, resolve);
    });
    cancel();
    this.#endGathering = () => {};
  }

  async #writeGroup(group: readonly Append[]): Promise<void> {
    const { fresh, repeats } = this.#withoutRepeats(group);
    if (fresh.length > 0) {
      const bytes = fresh.reduce((sum, result) => sum + recordBytes(result), batchHeadBytes);
      if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafeSlow(bytes);
      const first = this.#endSequence;
      const batch = this.#buffer.subarray(0, encodeBatch(this.#buffer, first, fresh));
      if (!this.#segments.isInPlace) await this.#putBack();
      const beganMs = this.#clock.monotonicMs();
      await this.#segments.write(batch, first, fresh.length, this.#streams);
      this.#syncs.observe((this.#clock.monotonicMs() - beganMs) / 1000);
      this.#endSequence = first + fresh.length;
      for (const { id } of fresh) {
        if (id !== undefined && this.#streams.note(id)) this.#counters.add('streams_forgotten');
      }
      this.#counters.add('journal_syncs');
    }
    this.#counters.add('results_repeated', repeats);
    if (this.#diskTrouble.ends()) {
      this.#log.info('JOURNAL_WORKS_AGAIN', 'the journal can be written again');
    }
    if (fresh.length > 0) for (const reader of this.#readers) reader.appended();
  }

  /** Somebody has removed the journal's folder, or moved it away. What is only in open files gets its names again. */
  async #putBack(): Promise<void> {
    await this.#segments.putBack();
    for (const reader of this.#readers) reader.reopen();
    const message = `the journal in ${this.#folder} was removed, or moved away, while the receiver runs: it is put back`;
    this.#log.error('JOURNAL_LOST', message, { results: this.size, folder: this.#folder });
  }

  async #putBackAtTheEnd(): Promise<void> {
    try {
      await this.#putBack();
    } catch (error) {
      const message = `the journal in ${this.#folder} was removed and cannot be put back: ${systemReason(error)}; what waited in it is lost`;
      this.#log.error('JOURNAL_LOST', message, { results: this.size, folder: this.#folder });
    }
  }

  /** What of a group is not on disk yet, as far as ids tell. */
  #withoutRepeats(group: readonly Append[]): { fresh: ReceivedResult[]; repeats: number } {
    const inGroup = new Map<string, number>();
    const fresh: ReceivedResult[] = [];
    let repeats = 0;
    const isRepeat = ({ stream, seq }: ResultId) =>
      seq <= (inGroup.get(stream) ?? this.#streams.last(stream));
    for (const received of group.flatMap(({ results }) => results)) {
      const { id } = received;
      if (id !== undefined && isRepeat(id)) {
        repeats++;
        continue;
      }
      if (id !== undefined) inGroup.set(id.stream, id.seq);
      fresh.push(received);
    }
    return { fresh, repeats };
  }

  /** A sink's position has moved: room may have become free, files may be done with. */
  #moved(): void {
    this.#cancelSync ??= this.#clock.setTimer(syncPositionsMs, () => {
      this.#cancelSync = undefined;
      for (const reader of this.#readers) reader.sync();
    });
    this.#removing ??= this.#removeOld().finally(() => {
      this.#removing = undefined;
    });
  }

  async #removeOld(): Promise<void> {
    try {
      await this.#segments.removeBelow(this.#slowestPosition);
    } catch (error) {
      const message = `a file of the journal cannot be removed: ${systemReason(error)}`;
      this.#log.warn('JOURNAL_FILE_LEFT', message);
    }
    if (this.#full && this.#isHalfEmpty()) {
      this.#full = false;
      this.#log.info('JOURNAL_HAS_SPACE', 'the journal has room again; clients are served', {
        results: this.size,
      });
    }
    if (!this.#queue.isEmpty && this.#hasRoom()) this.#wake();
  }

  /** Only then the journal is said to have room again, lest the log fills with ups and downs. */
  #isHalfEmpty(): boolean {
    const { maxResults, maxBytes } = this.#limits;
    return this.size <= maxResults / 2 && this.bytes <= maxBytes / 2;
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#cancelRetry = this.#clock.setTimer(retryMs, () => {
      this.#cancelRetry = undefined;
      this.#wake();
    });
  }

  /** Sees to it that nobody is held back for longer than holdMs. */
  #expireLater(): void {
    const { deadlineMs } = this.#queue;
    if (deadlineMs === undefined || this.#cancelExpiry !== undefined || this.#closed) return;
    const delayMs = Math.max(0, deadlineMs - this.#clock.monotonicMs());
    this.#cancelExpiry = this.#clock.setTimer(delayMs, () => {
      this.#cancelExpiry = undefined;
      if (!this.#isHindered()) return;
      const why = this.#diskTrouble.reason ?? 'it is full';
      this.#counters.add('journal_refusals', this.#queue.expire(this.#clock.monotonicMs(), why));
      this.#expireLater();
    });
  }

  #sayFull(): void {
    if (this.#full) return;
    this.#full = true;
    this.#log.warn(
      'JOURNAL_FULL',
      'the journal is full; clients are held back until Nagios has taken some results',
      { results: this.size, bytes: this.bytes },
    );
  }

  #sayBlocked(error: unknown): void {
    const reason = systemCodeOf(error) ?? 'UNKNOWN';
    if (!this.#diskTrouble.begins(reason)) return;
    const message =
      `the journal cannot be written: ${systemReason(error)} ` +
      '(clients are held back, and none is told that its results are safe)';
    this.#log.error('JOURNAL_BLOCKED', message, { reason });
  }
}

function isOfSeveralWithFew(group: readonly Append[]): boolean {
  if (group.length === 1) return false;
  const results = group.reduce((sum, append) => sum + append.results.length, 0);
  return results < fewResults;
}
