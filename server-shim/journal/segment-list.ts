import { existsSync } from 'node:fs';
import { mkdir, rename, truncate, unlink } from 'node:fs/promises';
import { createSegment, type Segment, type SegmentFile, writeSegment } from './segment.ts';
import type { StreamNumbers } from './stream-numbers.ts';

/** Begins a segment; tests give one whose files fail. */
export type SegmentCreator = typeof createSegment;

export interface SegmentListOptions {
  readonly folder: string;
  /** A segment that has so many bytes is followed by a new one. */
  readonly segmentBytes: number;
  /** Those that were found, oldest first. */
  readonly segments: readonly Segment[];
  readonly create?: SegmentCreator;
}

/** The files of the journal: batches are written to the last, and old ones are removed. */
export class SegmentList {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #create: SegmentCreator;
  readonly #segments: Segment[];
  #nextNumber: number;
  /** The last segment while it is written; after a start or a failure there is none. */
  #writing: { readonly segment: Segment; readonly file: SegmentFile } | undefined;

  constructor({ folder, segmentBytes, segments, create = createSegment }: SegmentListOptions) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#create = create;
    this.#segments = [...segments];
    this.#nextNumber = (segments.at(-1)?.number ?? 0) + 1;
  }

  /** What all files take on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** False when what is written now would be gone at the end: the file or its folder was removed, or moved away. */
  get isInPlace(): boolean {
    return this.#writing?.file.isInPlace ?? existsSync(this.#folder);
  }

  /**
   * Puts the segment that is written under its name again, in a folder made anew. Those that are not there any
   * more are forgotten: their results are a gap for whoever reads.
   */
  async putBack(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    const writing = this.#writing;
    if (writing !== undefined) {
      const { segment, file } = writing;
      const next = await writeSegment(segment.path, await file.read(segment.bytes));
      this.#writing = { segment, file: next };
      await file.close();
    }
    const left = this.#segments.filter(({ path }) => existsSync(path));
    this.#segments.splice(0, this.#segments.length, ...left);
  }

  /** The first segment with a result at or behind this number. */
  from(sequence: number): Segment | undefined {
    return this.#segments.find(({ endSequence }) => sequence < endSequence);
  }

  /**
   * Writes a batch; when it resolves it is safe on disk. When it rejects, with the system's
   * error, the batch may be there in part: the next one begins a new segment, because
   * after a failure nobody knows what of the old one's end the disk has.
   */
  async write(
    batch: Uint8Array,
    firstSequence: number,
    results: number,
    streams: StreamNumbers,
  ): Promise<void> {
    const { segment, file } = await this.#segmentFor(firstSequence, streams);
    try {
      await file.write(batch, segment.bytes);
    } catch (error) {
      await this.#abandon(segment, file);
      throw error;
    }
    segment.bytes += batch.length;
    segment.endSequence = firstSequence + results;
  }

  /**
   * Removes the segments whose results all have a number below this one, but never the last:
   * it knows the streams.
   */
  async removeBelow(sequence: number): Promise<void> {
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments;
      if (oldest === undefined || oldest.endSequence > sequence) return;
      this.#segments.shift();
      if (oldest.damaged) await rename(oldest.path, `${oldest.path}.damaged`);
      else await unlink(oldest.path);
    }
  }

  async close(): Promise<void> {
    const writing = this.#writing;
    this.#writing = undefined;
    await writing?.file.close();
  }

  async #segmentFor(firstSequence: number, streams: StreamNumbers) {
    const current = this.#writing;
    if (current !== undefined && current.segment.bytes < this.#segmentBytes) return current;
    const next = await this.#create(this.#folder, this.#nextNumber, firstSequence, streams);
    this.#nextNumber++;
    this.#segments.push(next.segment);
    this.#writing = next;
    await current?.file.close();
    return next;
  }

  async #abandon(segment: Segment, file: SegmentFile): Promise<void> {
    this.#writing = undefined;
    // Both only tidy up, on a disk that fails: a batch that is not whole does not count, and
    // a whole one that nobody was told of is at worst a result more than was promised.
    await file.close().catch(() => {});
    await truncate(segment.path, segment.bytes).catch(() => {});
  }
}
