import type { ByteString } from '../../../protocol/byte-string.ts';
import type { RecordWriter } from '../state/record-writer.ts';

/** The last lines of a source (or of all sources), for patterns over several lines. */
export class LineWindow {
  readonly #lines: ByteString[];
  readonly #sources: ByteString[];
  /** How often rules have changed its lines. */
  changes = 0;
  /** It is other than when it was last saved. */
  changed = false;

  /** @param size how many lines are kept; at first they are empty */
  constructor(size: number) {
    this.#lines = new Array<ByteString>(size).fill('');
    this.#sources = new Array<ByteString>(size).fill('');
  }

  /** Lets a line in at the end and the oldest one out. */
  push(line: ByteString, source: ByteString): void {
    const last = this.#lines.length - 1;
    if (last > 0) {
      this.#lines.copyWithin(0, 1);
      this.#sources.copyWithin(0, 1);
    }
    this.#lines[last] = line;
    this.#sources[last] = source;
    this.changed = true;
  }

  /** The last `count` lines, joined by newlines. */
  text(count: number): ByteString {
    if (count === 1) return this.#lines[this.#lines.length - 1] ?? '';
    return this.#lines.slice(-count).join('\n');
  }

  /** The last `count` lines. */
  lines(count: number): readonly ByteString[] {
    return this.#lines.slice(-count);
  }

  /** The sources of the last `count` lines. */
  sources(count: number): readonly ByteString[] {
    return this.#sources.slice(-count);
  }

  /** How many lines it holds. */
  get size(): number {
    return this.#lines.length;
  }

  /** Replaces the last lines: `size` of them at the most. */
  rewrite(lines: readonly ByteString[]): void {
    this.changes++;
    this.changed = true;
    const start = this.size - lines.length;
    for (const [index, line] of lines.entries()) this.#lines[start + index] = line;
  }

  /** Takes the last lines of another window. */
  takeOver(other: LineWindow): void {
    this.changed = true;
    const count = Math.min(this.#lines.length, other.#lines.length);
    const start = this.#lines.length - count;
    for (let index = 0; index < count; index++) {
      this.#lines[start + index] = other.#lines.at(index - count) ?? '';
      this.#sources[start + index] = other.#sources.at(index - count) ?? '';
    }
  }

  /** Writes the lines and their sources. */
  save(record: RecordWriter): void {
    record.number(this.#lines.length);
    for (const line of this.#lines) record.text(line);
    for (const source of this.#sources) record.text(source);
  }

  /** Takes lines that were saved with their sources, as many as fit. */
  restore(lines: readonly ByteString[], sources: readonly ByteString[]): void {
    const other = new LineWindow(lines.length);
    for (const [index, line] of lines.entries()) other.push(line, sources[index] ?? '');
    this.takeOver(other);
  }

  /** All lines, the oldest first. */
  get all(): readonly ByteString[] {
    return this.#lines;
  }
}
