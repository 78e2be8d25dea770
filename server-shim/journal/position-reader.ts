import { systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { Trouble } from '../trouble.ts';
import { decodeBatch } from './batch.ts';
import { BatchScanner, type Scan } from './batch-scanner.ts';
import type { PositionFile } from './position-file.ts';
import type { JournalEntry, JournalReader } from './result-journal.ts';
import type { Segment } from './segment.ts';

/** What a reader needs of the journal. */
export interface ReaderSource {
  /** The sequence number behind the last result that is safe on disk. */
  readonly endSequence: number;
  /** The first segment with a result at or behind this number. */
  segmentFrom(sequence: number): Segment | undefined;
  /** To be called when the reader's position has moved. */
  moved(): void;
}

/** Reads the journal's files from a sink's position on, and keeps that position. */
export class PositionReader implements JournalReader {
  readonly name: string;
  readonly #file: PositionFile;
  readonly #source: ReaderSource;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  readonly #readTrouble = new Trouble();
  readonly #writeTrouble = new Trouble();
  /** The sequence number of the next result to hand over. */
  #position: number;
  /** Results from the position on that are read already; those before #head are done. */
  #window: JournalEntry[] = [];
  #head = 0;
  /** The sequence number behind the window. */
  #next: number;
  #open: { readonly segment: Segment; readonly scanner: BatchScanner } | undefined;
  #isSynced = true;

  constructor(
    name: string,
    position: number,
    parts: { readonly file: PositionFile; readonly source: ReaderSource; readonly log: Log },
  ) {
    this.name = name;
    this.#position = position;
    this.#next = position;
    this.#file = parts.file;
    this.#source = parts.source;
    this.#log = parts.log;
    this.#keepPosition();
  }

  get position(): number {
    return this.#position;
  }

  get size(): number {
    return this.#source.endSequence - this.#position;
  }

  get lastSequence(): number {
    return this.#source.endSequence - 1;
  }

  oldest(limit: number): readonly JournalEntry[] {
    try {
      while (this.#window.length - this.#head < limit && this.#next < this.#source.endSequence) {
        this.#readBatch();
      }
      if (this.#readTrouble.ends()) {
        this.#log.info('JOURNAL_READABLE', 'the journal can be read again', { sink: this.name });
      }
    } catch (error) {
      this.#sayUnreadable(error);
    }
    if (this.#head === this.#window.length && this.#next > this.#position) {
      this.#moveTo(this.#next);
    }
    return this.#window.slice(this.#head, this.#head + limit);
  }

  removeThrough(sequence: number): void {
    if (sequence < this.#position) return;
    while ((this.#window[this.#head]?.sequence ?? Number.POSITIVE_INFINITY) <= sequence) {
      this.#head++;
    }
    if (this.#head > this.#window.length / 2) {
      this.#window = this.#window.slice(this.#head);
      this.#head = 0;
    }
    this.#moveTo(sequence + 1);
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called by the journal after an append. */
  appended(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Makes the position safe from a power failure. */
  sync(): void {
    if (this.#isSynced) return;
    this.#isSynced = true;
    this.#file.sync((error) => {
      if (error !== null) this.#sayNotKept(error);
    });
  }

  /** Forgets the position for good: its sink is gone. */
  remove(): void {
    this.close();
    this.#file.remove();
  }

  /** The journal's files have been made anew: the open ones are others. */
  reopen(): void {
    this.close();
    this.#keepPosition();
  }

  close(): void {
    this.#open?.scanner.close();
    this.#open = undefined;
    this.#file.close();
  }

  #moveTo(position: number): void {
    this.#position = position;
    this.#keepPosition();
    this.#source.moved();
  }

  #keepPosition(): void {
    try {
      this.#file.write(this.#position);
      this.#isSynced = false;
      if (this.#writeTrouble.ends()) {
        this.#log.info('POSITION_KEPT', 'the position of a sink is kept again', {
          sink: this.name,
        });
      }
    } catch (error) {
      this.#sayNotKept(error);
    }
  }

  /** Moves #next on: by the next batch, or by what cannot be read. */
  #readBatch(): void {
    const { segment, scanner } = this.#openAt(this.#next);
    const scan = scanner.next(segment.bytes);
    if (scan.kind === 'end') {
      this.#lose(segment, segment.endSequence);
      return;
    }
    // Behind the end a batch may stand that could not be finished and was written anew elsewhere.
    const end = scan.firstSequence + scan.results;
    if (scan.firstSequence >= segment.endSequence || end <= this.#next) return;
    if (scan.firstSequence > this.#next) this.#lose(segment, scan.firstSequence);
    this.#take(scan);
  }

  #take({ bytes, start, results, firstSequence }: Extract<Scan, { kind: 'batch' }>): void {
    let sequence = firstSequence;
    for (const { result } of decodeBatch(bytes, start, results)) {
      if (sequence >= this.#next) this.#window.push({ sequence, result });
      sequence++;
    }
    this.#next = sequence;
  }

  #openAt(sequence: number): { readonly segment: Segment; readonly scanner: BatchScanner } {
    const segment = this.#source.segmentFrom(sequence);
    if (segment === undefined) throw new Error(`no file of the journal holds result ${sequence}`);
    if (this.#open?.segment === segment) return this.#open;
    this.#open?.scanner.close();
    this.#open = undefined;
    this.#open = { segment, scanner: new BatchScanner(segment.path, segment.dataStart) };
    return this.#open;
  }

  #lose(segment: Segment, through: number): void {
    const results = through - this.#next;
    this.#next = through;
    segment.damaged = true;
    const message =
      `${segment.path} is damaged: ${results} results cannot be read. ` +
      'When the rest of it is handed over it is kept with .damaged behind its name';
    this.#log.error('JOURNAL_DAMAGED', message, { sink: this.name, results });
  }

  #sayUnreadable(error: unknown): void {
    if (!this.#readTrouble.begins(systemCodeOf(error) ?? 'UNKNOWN')) return;
    const message = `the journal cannot be read: ${systemReason(error)} (it is tried again)`;
    this.#log.error('JOURNAL_UNREADABLE', message, { sink: this.name });
  }

  #sayNotKept(error: unknown): void {
    if (!this.#writeTrouble.begins(systemCodeOf(error) ?? 'UNKNOWN')) return;
    const message =
      `the position of a sink cannot be kept: ${systemReason(error)}; ` +
      'until it can, an end of the program lets results be handed over twice';
    this.#log.error('POSITION_NOT_KEPT', message, { sink: this.name });
  }
}
