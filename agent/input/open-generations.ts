import { closeSync } from 'node:fs';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { FileAfterRestart } from './after-restart.ts';
import { CompressedFile } from './compressed-file.ts';
import type { FollowOptions } from './follow-options.ts';
import type { FollowerRecord } from './follower-record.ts';
import type { FileStat, Generation } from './generation.ts';
import type { FoundFile } from './generation-search.ts';
import { type FilePosition, identityOf } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import { pollBudgetBytes } from './line-source.ts';
import { OpenFile } from './open-file.ts';
import { linkedPath } from './rotated-names.ts';

/** Who reads generations, and what a read comes to. */
export interface GenerationReading {
  /** True for one that has nothing to read. */
  isSkipped(file: Generation): boolean;
  /** It was read to its end. */
  atEnd(file: Generation): void;
  /** It was emptied, and has grown again past the position. */
  isChanged(file: OpenFile): void;
  failed(file: Generation, error: unknown): void;
}

/** The files that a followed path stood for and that still have something to give, oldest first. */
export class OpenGenerations {
  readonly #options: FollowOptions;
  readonly #owner: { readonly known: KnownFiles; readonly holder: object };
  readonly #record: FollowerRecord;
  #files: Generation[] = [];
  /** The file that the last line came from. */
  #lastTaken: Generation | undefined;
  /** Lines cut in files that are closed. */
  #closedLinesCut = 0;

  /** @param owner the follower, under which known files are held */
  constructor(
    options: FollowOptions,
    owner: { readonly known: KnownFiles; readonly holder: object },
    record: FollowerRecord,
  ) {
    this.#options = options;
    this.#owner = owner;
    this.#record = record;
  }

  get all(): readonly Generation[] {
    return this.#files;
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  /** Those that are not compressed. */
  get plain(): readonly OpenFile[] {
    return this.#files.filter((file) => file instanceof OpenFile);
  }

  get lastOpen(): OpenFile | undefined {
    return this.plain.findLast((file) => file.isOpen);
  }

  /** The one that a stat call was answered about. */
  find(stat: FileStat): OpenFile | undefined {
    return this.plain.find((file) => file.is(stat));
  }

  get hasLines(): boolean {
    return this.#files.some((file) => file.hasBlocks || !file.isOpen);
  }

  /** True while a compressed file is being decompressed and gave nothing yet. */
  get isWaiting(): boolean {
    return this.#files.some((file) => file instanceof CompressedFile && file.isWaiting);
  }

  /** Lines that lost their end. */
  get linesCut(): number {
    return this.#files.reduce((sum, file) => sum + file.linesCut, this.#closedLinesCut);
  }

  /**
   * The end of the last line taken, in the file that it came from; before the first line the
   * place where reading began.
   */
  get position(): FilePosition | undefined {
    return (this.#lastTaken ?? this.#files[0])?.position;
  }

  /** The next line, of the oldest file that has one. */
  next(): ByteString | undefined {
    for (const file of this.#files) {
      const line = file.next();
      if (line === undefined) continue;
      this.#lastTaken = file;
      this.#record.moved();
      return line;
    }
    return undefined;
  }

  /** As LineSource.passOver. */
  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    const [file, ...others] = this.#files;
    // Lines of an old file come before those of the next one.
    const passed = others.length === 0 ? file?.passOver(filter, lastMax) : undefined;
    if (passed === undefined) return undefined;
    this.#lastTaken = file;
    this.#record.moved();
    return passed;
  }

  /** Makes a generation of a file that was opened; it has yet to be given its place. */
  adopt({ path, fd, stat, offset, target }: FoundFile, nowMs: number): OpenFile {
    this.#owner.known.hold(identityOf(stat), this.#owner.holder);
    const { lineBytesMax } = this.#options;
    const place = { offset, lineBytesMax, target: target ?? linkedPath(path) };
    return new OpenFile(fd, stat, place, nowMs);
  }

  /** The same of one that was found after a restart. */
  adoptAfterRestart(file: FileAfterRestart, nowMs: number): Generation {
    const { fd, stat, offset, compressed, wasEmptied } = file;
    if (compressed === undefined) {
      const adopted = this.adopt(file, nowMs);
      if (wasEmptied) adopted.expectHole();
      return adopted;
    }
    this.#owner.known.hold(identityOf(stat), this.#owner.holder);
    const { lineBytesMax, onData = () => {} } = this.#options;
    const { expected } = compressed;
    return new CompressedFile(fd, stat, { offset, expected, lineBytesMax }, onData);
  }

  /**
   * Reads on, within the budget of a poll: the oldest file first, a newer one
   * only when all lines of the older are taken. `isMore`: there is more to read at once.
   */
  read(
    nowMs: number,
    reading: GenerationReading,
  ): { readonly bytes: number; readonly isMore: boolean } {
    let total = 0;
    for (const file of this.#files) {
      if (file.hasBlocks) break;
      if (!file.isOpen || reading.isSkipped(file)) continue;
      try {
        const { outcome, bytes } = file.read(pollBudgetBytes - total, nowMs);
        total += bytes;
        if (outcome === 'changed' && file instanceof OpenFile) {
          reading.isChanged(file);
          return { bytes: total, isMore: true };
        }
        if (outcome === 'waiting') break;
        if (outcome === 'more') return { bytes: total, isMore: true };
        reading.atEnd(file);
      } catch (error) {
        reading.failed(file, error);
      }
    }
    return { bytes: total, isMore: false };
  }

  /** Adds files as the newest. */
  append(...files: readonly Generation[]): void {
    this.#files.push(...files);
  }

  /** Adds files that are older than one of these. */
  insertBefore(file: Generation, ...older: readonly Generation[]): void {
    this.#files.splice(this.#files.indexOf(file), 0, ...older);
  }

  /** Makes a file the newest, whether or not it was one of these. */
  makeNewest(file: Generation): void {
    this.#files = [...this.#files.filter((other) => other !== file), file];
  }

  /**
   * A file was emptied: what is left of its text is read from the longest copy that was found, then other
   * files that were found, then the file from its beginning. Shorter copies are passed over.
   * @returns whether there is a copy
   */
  begunAgain(file: OpenFile, found: readonly FoundFile[], nowMs: number): boolean {
    const copies = found.filter((copy) => copy.offset > 0 && file.isContinuedBy(copy.fd));
    copies.sort((a, b) => Number(b.stat.size - a.stat.size));
    const [longest, ...shorter] = copies;
    for (const copy of shorter) {
      this.#record.passOver(copy.fd, copy.stat);
      closeSync(copy.fd);
    }
    const before = file.restart(longest, nowMs);
    if (longest !== undefined) this.#owner.known.hold(before.identity, this.#owner.holder);
    if (this.#lastTaken === file) this.#lastTaken = before;
    const others = found.filter((other) => !copies.includes(other));
    this.insertBefore(file, before, ...others.map((other) => this.adopt(other, nowMs)));
    return longest !== undefined;
  }

  /**
   * Closes what has had nothing new for a while; drops what is used up. What the path names
   * stays open.
   */
  closeQuiet(current: OpenFile | undefined, nowMs: number, lateWriterMs: number): void {
    if (this.isEmpty || this.#files[0] === current) return;
    for (const file of this.#files) {
      const isQuiet = file.atEnd && nowMs - file.lastByteMs >= lateWriterMs;
      if (file !== current && isQuiet && !file.hasBlocks) this.#finish(file);
      if (!file.isDone) continue;
      this.#closedLinesCut += file.linesCut;
      this.#record.moved();
    }
    this.#files = this.#files.filter((file) => !file.isDone);
  }

  closeAll(): void {
    for (const file of this.#files) this.#finish(file);
    this.#files = [];
  }

  #finish(file: Generation): void {
    if (!file.isOpen) return;
    const { writtenNs } = file.saved;
    const mark = file.finish();
    if (mark !== undefined) this.#record.finished(mark, writtenNs);
  }
}
