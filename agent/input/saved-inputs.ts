import type { SavedFollower } from './follow-options.ts';
import {
  cursorName,
  decodeJournalPosition,
  type JournalPosition,
} from './journal/journal-position.ts';
import { encodeFields } from './saved-fields.ts';
import { decodeMarks, decodePositions, type SavedPositions } from './saved-positions.ts';
import type { SavedSource } from './saved-source.ts';

/** The name under which the positions in a followed path are saved. */
export function positionsName(path: string): string {
  return `positions ${path}`;
}

/** The name under which the finished generations of a followed path are saved. */
export function marksName(path: string): string {
  return `finished ${path}`;
}

/** The name under which it is saved that an input, known by its path or glob, ran before. */
export function inputName(path: string): string {
  return `input ${path}`;
}

/** All names under which something of an input may be saved. */
export function savedNames(path: string): readonly string[] {
  return [inputName(path), positionsName(path), marksName(path)];
}

/** Nothing but that it ran. */
export const inputState = encodeFields({});

/** What was saved before a restart, until the inputs have taken it up. */
export class SavedInputs {
  readonly #states: Map<string, string>;
  readonly #positions = new Map<string, SavedPositions>();
  readonly #journals = new Map<string, JournalPosition>();

  /** @throws NagtailError STORE_FAILED when a state is damaged or of a newer version */
  constructor(saved: readonly SavedSource[]) {
    this.#states = new Map(saved.map(({ name, state }) => [name, state]));
    const positions = positionsName('');
    const cursor = cursorName('');
    for (const { name, state } of saved) {
      if (name.startsWith(positions)) {
        this.#positions.set(name.slice(positions.length), decodePositions(name, state));
      } else if (name.startsWith(cursor)) {
        this.#journals.set(name.slice(cursor.length), decodeJournalPosition(name, state));
      }
    }
  }

  /** The inputs have taken up what is theirs: only which of them ran before is asked for any more. */
  forget(): void {
    const inputs = inputName('');
    for (const name of this.#states.keys()) if (!name.startsWith(inputs)) this.#states.delete(name);
    this.#positions.clear();
    this.#journals.clear();
  }

  /** True when an input with this path or glob had been open. */
  ranBefore(path: string): boolean {
    return this.#states.has(inputName(path));
  }

  /** The files that were followed, with the path or glob of their input. */
  get files(): readonly { readonly path: string; readonly input: string }[] {
    return [...this.#positions].map(([path, { input }]) => ({ path, input }));
  }

  /** Those that were being read, or were read to the end of what was written after this Unix time. */
  filesSince(unixMs: number): readonly { readonly path: string; readonly input: string }[] {
    const sinceNs = BigInt(Math.floor(unixMs)) * 1_000_000n;
    return this.files.filter(({ path }) => {
      const positions = this.#positions.get(path);
      return positions && (positions.files.length > 0 || positions.finishedNs >= sinceNs);
    });
  }

  /** How far the journal of an input was read. */
  ofJournal(input: string): JournalPosition | undefined {
    return this.#journals.get(input);
  }

  /** What was saved of a followed file. */
  of(path: string): SavedFollower | undefined {
    const positions = this.#positions.get(path);
    if (positions === undefined) return undefined;
    const name = marksName(path);
    const marks = this.#states.get(name);
    return { positions, finished: marks === undefined ? [] : decodeMarks(name, marks) };
  }

  /**
   * Names of what belongs to no input any more: neither to one of these paths
   * and globs, nor to a file that is followed.
   */
  unclaimed(inputs: readonly string[], isFollowed: (path: string) => boolean): string[] {
    const claimed = new Set(inputs.flatMap((input) => [inputName(input), cursorName(input)]));
    for (const path of this.#positions.keys()) {
      if (isFollowed(path)) claimed.add(positionsName(path)).add(marksName(path));
    }
    return [...this.#states.keys()].filter((name) => !claimed.has(name));
  }
}
