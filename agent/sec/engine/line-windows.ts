import type { ByteString } from '../../../protocol/byte-string.ts';
import { LineWindow } from './line-window.ts';

/** The windows of all sources: one for each and one for synthetic events, or one for all. */
export class LineWindows {
  readonly #size: number;
  readonly #joint: LineWindow | undefined;
  readonly #synthetic: LineWindow;
  readonly #bySource = new Map<ByteString, LineWindow>();

  /** @param size lines in each window */
  constructor(size: number, joint: boolean) {
    this.#size = size;
    this.#joint = joint ? new LineWindow(size) : undefined;
    this.#synthetic = new LineWindow(size);
  }

  /** Lines in each window. */
  get size(): number {
    return this.#size;
  }

  /** True when one window serves all sources. */
  get joint(): boolean {
    return this.#joint !== undefined;
  }

  /** The window of a source; of synthetic events for undefined. */
  of(source: ByteString | undefined): LineWindow {
    if (this.#joint !== undefined) return this.#joint;
    if (source === undefined) return this.#synthetic;
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const window = new LineWindow(this.#size);
    this.#bySource.set(source, window);
    return window;
  }

  /** The lines of a source, which are empty as long as nothing came of it. */
  linesOf(source: ByteString): readonly ByteString[] {
    const window = this.#joint ?? this.#bySource.get(source);
    return window?.all ?? new Array<ByteString>(this.#size).fill('');
  }

  /** Goes on where other windows were, with as many lines as fit. */
  takeOver(before: LineWindows): void {
    if (this.#joint !== undefined && before.#joint !== undefined) {
      this.#joint.takeOver(before.#joint);
    }
    this.#synthetic.takeOver(before.#synthetic);
    for (const [source, window] of before.#bySource) this.of(source).takeOver(window);
  }

  /** Forgets the lines of a source. */
  drop(source: ByteString): void {
    this.#bySource.delete(source);
  }

  /** All windows by names of their own, for saving. */
  *named(): Iterable<readonly [name: ByteString, window: LineWindow]> {
    if (this.#joint !== undefined) yield ['joint', this.#joint];
    yield ['synthetic', this.#synthetic];
    for (const [source, window] of this.#bySource) yield [`of ${source}`, window];
  }

  /** The window of such a name; undefined when there is none here. */
  findNamed(name: ByteString): LineWindow | undefined {
    if (name === 'joint') return this.#joint;
    if (name === 'synthetic') return this.#synthetic;
    return this.joint ? undefined : this.of(name.slice('of '.length));
  }
}
