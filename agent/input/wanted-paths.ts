import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { isFolder } from '../../platform/path-kind.ts';
import { globPaths, isGlob } from './glob-paths.ts';
import type { InputSpec } from './input-spec.ts';
import { isCompressedGeneration, isRotatedName, possibleOriginals } from './rotated-names.ts';
import type { SavedInputs } from './saved-inputs.ts';

/**
 * For so long what was saved of a file that matched a glob and is gone is
 * kept: should it come again and be rotated while the agent is down, its
 * generations are read.
 */
const keepGoneMs = 7 * 24 * 60 * 60 * 1_000;

/**
 * Files that match patterns and are followed at a time: who may write into such a folder decides how many there are, and each
 * takes a descriptor. Those beyond are read from their beginning when others have gone.
 */
const matchedMaxDefault = 10_000;

/** What inputs stand for at a look. */
export interface Wanted {
  /** All paths, whether or not they are sources of their own. */
  readonly all: ReadonlySet<string>;
  /** Those that are to be opened, each with its input. */
  readonly unopened: readonly (readonly [string, InputSpec])[];
}

/** Which paths the configured inputs stand for: their own, or what their patterns match. */
export class WantedPaths {
  readonly #saved: SavedInputs;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #matchedMax: number;
  readonly #toldEmpty = new Set<InputSpec>();
  #hasToldTooMany = false;

  constructor(
    saved: SavedInputs,
    { log, clock }: { readonly log: Log; readonly clock: Clock },
    matchedMax = matchedMaxDefault,
  ) {
    this.#saved = saved;
    this.#log = log;
    this.#clock = clock;
    this.#matchedMax = matchedMax;
  }

  /** @param atStart whether the agent has just started: then what was followed before counts as well */
  look(specs: readonly InputSpec[], isOpen: (path: string) => boolean, atStart: boolean): Wanted {
    const wanted = new Map<string, InputSpec>();
    for (const spec of specs) {
      // As in SEC, of two inputs for one file the later counts.
      for (const path of this.#pathsOf(spec)) wanted.set(path, spec);
    }
    if (atStart) this.#addSaved(specs, wanted);
    const isFollowed = (path: string) => wanted.has(path) || isOpen(path);
    const matched = [...wanted].filter(([, spec]) => isPattern(spec));
    const unopened = [...wanted].filter(([path, spec]) => {
      if (isOpen(path)) return false;
      return !isPattern(spec) || this.#isInput(path, spec, isFollowed, atStart);
    });
    const room = this.#matchedMax - matched.filter(([path]) => isOpen(path)).length;
    return { all: new Set(wanted.keys()), unopened: this.#within(room, unopened) };
  }

  /** As many matches of patterns as there is room for; that there are more is told once, until there is room again. */
  #within(room: number, unopened: Wanted['unopened']): Wanted['unopened'] {
    let left = room;
    const fitting = unopened.filter(([, spec]) => !isPattern(spec) || left-- > 0);
    if (left < 0 && !this.#hasToldTooMany) {
      const message = `patterns of inputs match more than ${this.#matchedMax} files: ${-left} are not read until others have gone`;
      this.#log.error('INPUT_TOO_MANY', message, { left_out: -left });
    }
    this.#hasToldTooMany = left < 0;
    return fitting;
  }

  /** Files that matched a glob before the restart may have other names now. */
  #addSaved(specs: readonly InputSpec[], wanted: Map<string, InputSpec>): void {
    const sinceMs = this.#clock.nowMs() - keepGoneMs;
    for (const { path, input } of this.#saved.filesSince(sinceMs)) {
      const spec = specs.find((each) => each.path === input && isPattern(each));
      if (spec !== undefined && !wanted.has(path)) wanted.set(path, spec);
    }
  }

  #pathsOf(spec: InputSpec): readonly string[] {
    if (!isPattern(spec)) return [spec.path];
    const paths = globPaths(spec.path);
    if (paths.length > 0) {
      this.#toldEmpty.delete(spec);
    } else if (!this.#toldEmpty.has(spec)) {
      this.#toldEmpty.add(spec);
      const message = `input ${spec.name}: no file matches ${spec.path}; it is read when one does`;
      this.#log.warn('INPUT_MISSING', message, { input: spec.path });
    }
    return paths;
  }

  /**
   * Whether a path that matches a glob is an input of its own. A directory is
   * not, nor is a rotated generation of another match: the follower of that
   * one reads it as far as it was not read. Only who asks at the start for
   * all that is there gets old generations too.
   */
  #isInput(
    path: string,
    spec: InputSpec,
    isFollowed: (path: string) => boolean,
    atStart: boolean,
  ): boolean {
    if (isFolder(path)) return false;
    const followed = possibleOriginals(path).filter(isFollowed);
    if (followed.some((other) => isCompressedGeneration(other, path))) return false;
    if (atStart && spec.fromStart && !this.#saved.ranBefore(spec.path)) return true;
    return !followed.some((other) => isRotatedName(other, path));
  }
}

/** True when the path stands for any number of files. */
export function isPattern({ path, journal, added }: InputSpec): boolean {
  return journal === undefined && added !== true && isGlob(path);
}
