import { dirname } from 'node:path';
import { isFifo } from '../../platform/path-kind.ts';
import {
  type AddedInput,
  addedInputsMax,
  addedName,
  addedSpec,
  addedState,
  savedAddedSpecs,
} from './added-inputs.ts';
import { FifoSource } from './fifo-source.ts';
import { FileFollower } from './file-follower.ts';
import type { InputSpec } from './input-spec.ts';
import { KnownFiles } from './known-files.ts';
import type { LineSource } from './line-source.ts';
import { inputName, inputState, SavedInputs, savedNames } from './saved-inputs.ts';
import { type SavedSource, UnsavedChanges } from './saved-source.ts';
import { type InputEnvironment, SourceOpener } from './source-opener.ts';
import { stdinName } from './stdin-source.ts';
import { isPattern, WantedPaths } from './wanted-paths.ts';
import { WatchedSources } from './watched-sources.ts';

/** Between two looks for files that newly match a glob, and for names that became another kind of file. */
export const rescanIntervalMs = 1_000;

/** The same, at most, where the folders tell of new names and a look is expensive. */
const toldRescanMs = 60_000;

/** A match of a glob that has been gone for so long is looked for no more, unless it matches again. */
export const dropGoneMs = 60 * 60 * 1_000;

/**
 * Opens all inputs. What cannot be opened yet is tried on, and told once.
 * `resume` is all that was saved of them, as `changedPositions()` gave it:
 * reading goes on there.
 * @throws NagtailError STORE_FAILED when what was saved is damaged or of a newer version
 */
export function openInputs(
  specs: readonly InputSpec[],
  environment: InputEnvironment,
  resume: readonly SavedSource[] = [],
): InputSet {
  const inputs = new InputSet(specs, environment, resume);
  // Files that are there now begin at what is their end now.
  inputs.poll();
  return inputs;
}

/** The sources that the configured inputs stand for at the moment. */
export class InputSet {
  #specs: readonly InputSpec[];
  readonly #environment: InputEnvironment;
  readonly #known = new KnownFiles();
  readonly #unsaved = new UnsavedChanges();
  readonly #saved: SavedInputs;
  readonly #opener: SourceOpener;
  readonly #wanted: WantedPaths;
  readonly #open = new Map<string, { readonly source: LineSource; readonly spec: InputSpec }>();
  readonly #watching: WatchedSources | undefined;
  #sources: readonly LineSource[] = [];
  #ready: readonly LineSource[] = [];
  #rescanAtMs: number;
  /** Not before this time even if a new name was told of. */
  #rescanSoonestMs = 0;

  constructor(
    specs: readonly InputSpec[],
    environment: InputEnvironment,
    resume: readonly SavedSource[],
  ) {
    const added = savedAddedSpecs(resume).filter(({ path }) =>
      specs.every((spec) => spec.path !== path),
    );
    this.#specs = [...specs, ...added];
    this.#environment = environment;
    this.#saved = new SavedInputs(resume);
    this.#wanted = new WantedPaths(this.#saved, environment);
    this.#opener = new SourceOpener({
      ...environment,
      known: this.#known,
      saved: this.#saved,
      unsaved: this.#unsaved,
    });
    this.#watching = this.#watchFolders();
    this.#rescanAtMs = environment.clock.monotonicMs() + rescanIntervalMs;
    this.#expand(true);
    for (const { path } of this.#specs) {
      if (!this.#saved.ranBefore(path)) this.#unsaved.put(inputName(path), inputState);
    }
    this.#giveUpUnclaimed();
    this.#saved.forget();
    this.#sort();
  }

  #watchFolders(): WatchedSources | undefined {
    const { log, onHint } = this.#environment;
    if (onHint === undefined) return undefined;
    const onNewName = () => {
      this.#rescanAtMs = Math.min(this.#rescanAtMs, this.#rescanSoonestMs);
    };
    const watching = new WatchedSources(log, { onHint, onNewName });
    for (const spec of this.#specs) if (isPattern(spec)) watching.watchFolder(dirname(spec.path));
    return watching;
  }

  /** What was saved of sources that are none any more is dropped; how far files were read counts. */
  #giveUpUnclaimed(): void {
    const isFollowed = (path: string) => this.#open.get(path)?.source instanceof FileFollower;
    for (const { path } of this.#saved.files) {
      const saved = isFollowed(path) ? undefined : this.#saved.of(path);
      if (saved === undefined) continue;
      for (const mark of [...saved.finished, ...saved.positions.files]) this.#known.remember(mark);
    }
    const paths = this.#specs.map(({ path }) => path);
    const added = new Set(
      this.#specs.filter((spec) => spec.added).map(({ path }) => addedName(path)),
    );
    for (const name of this.#saved.unclaimed(paths, isFollowed)) {
      if (!added.has(name)) this.#unsaved.put(name, '');
    }
  }

  /** All sources, sorted by name: the order in which SEC takes lines. */
  get sources(): readonly LineSource[] {
    return this.#sources;
  }

  /** Those of them that may have lines now, in the same order: to be asked anew after each poll. */
  get ready(): readonly LineSource[] {
    return this.#ready;
  }

  /** True when no line will ever come again, from any of them. */
  get ended(): boolean {
    return this.#specs.every((spec) => spec.path === stdinName) && this.#sources.every(isEnded);
  }

  /** True while a compressed file has more lines on their way: nothing that is new says when. */
  get isWaiting(): boolean {
    return this.#sources.some((source) => source instanceof FileFollower && source.isWaiting);
  }

  /** The configured input that a source belongs to. */
  specOf(source: LineSource): InputSpec | undefined {
    return this.#open.get(source.name)?.spec;
  }

  /**
   * Follows one more file, also after a restart, until it is dropped. `known`: it is followed
   * already; `full`: as many were added as may be.
   */
  add(input: AddedInput): 'added' | 'known' | 'full' {
    const { path, start } = input;
    if (this.#open.has(path)) return 'known';
    if (this.#specs.filter(({ added }) => added).length >= addedInputsMax) return 'full';
    const spec = addedSpec(input);
    this.#specs = [...this.#specs, spec];
    const source = this.#opener.open(path, spec, false, start);
    this.#open.set(path, { spec, source });
    // What is its end now is where it begins, whenever the next poll comes.
    source.poll();
    this.#unsaved.put(inputName(path), inputState);
    this.#unsaved.put(addedName(path), addedState(spec));
    this.#sort();
    return 'added';
  }

  /** Follows an added file no longer; what was read of it and not taken is forgotten. False when none was added. */
  drop(path: string): boolean {
    const open = this.#open.get(path);
    if (open?.spec.added !== true) return false;
    const { source, spec } = open;
    if (source instanceof FileFollower) this.#drop(path, source);
    source.close();
    this.#open.delete(path);
    this.#specs = this.#specs.filter((each) => each !== spec);
    for (const name of [addedName(path), ...savedNames(path)]) this.#unsaved.put(name, '');
    this.#sort();
    return true;
  }

  /** Polls the sources, and now and then looks for new ones. True when anything new was found. */
  poll(): boolean {
    const nowMs = this.#environment.clock.monotonicMs();
    if (nowMs >= this.#rescanAtMs) this.#rescan(nowMs);
    if (this.#watching !== undefined) {
      const { polled, found } = this.#watching.poll(nowMs);
      for (const source of this.#ready) polled.add(source);
      this.#ready = [...polled].filter(hasLines).sort(byName);
      return found;
    }
    let found = false;
    for (const source of this.#sources) found = source.poll() || found;
    this.#ready = this.#sources.filter(hasLines);
    return found;
  }

  /** How long there may be no poll while no hint comes, in milliseconds; 0: it should come soon. */
  get restMs(): number {
    return this.#watching?.restMs ?? 0;
  }

  /**
   * What is to be saved: all that changed since `positionsSaved()` was called
   * last. A position is the end of the last line that `next()` returned. A
   * state with the name of an earlier one replaces it, an empty one removes it.
   * Costs nothing while nothing changes. Ask before `close()`.
   */
  changedPositions(): readonly SavedSource[] {
    return this.#unsaved.collect();
  }

  /** What `changedPositions()` gave last is durable now. */
  positionsSaved(): void {
    this.#unsaved.saved();
  }

  close(): void {
    this.#unsaved.close();
    this.#watching?.close();
    for (const { source } of this.#open.values()) source.close();
    this.#open.clear();
    this.#sources = [];
    this.#ready = [];
  }

  #rescan(nowMs: number): void {
    this.#watching?.refresh();
    this.#replaceChangedKinds();
    const matching = this.#expand(false);
    for (const [path, { source, spec }] of this.#open) {
      if (!(source instanceof FileFollower) || !isPattern(spec) || matching.has(path)) continue;
      if (nowMs - (source.idleSinceMs ?? nowMs) >= dropGoneMs) this.#drop(path, source);
    }
    this.#sort();
    const costMs = this.#environment.clock.monotonicMs() - nowMs;
    this.#rescanSoonestMs = nowMs + costMs * 50;
    this.#rescanAtMs = nowMs + this.#rescanPauseMs(costMs);
  }

  /**
   * What a look costs decides how often there is one: about two thousandths of the time, and a quarter
   * of that, or once a minute, where folders tell of new names.
   */
  #rescanPauseMs(costMs: number): number {
    const watching = this.#watching;
    const isTold = ({ path, pollOnly }: InputSpec) =>
      pollOnly !== true && watching?.watchFolder(dirname(path)) === true;
    const areTold = this.#specs.filter(isPattern).every(isTold);
    const pauseMs = areTold ? Math.min(toldRescanMs, costMs * 2_000) : costMs * 500;
    return Math.max(rescanIntervalMs, pauseMs);
  }

  /** Opens what the inputs stand for and is not open. Returns all of it. */
  #expand(atStart: boolean): ReadonlySet<string> {
    const isOpen = (path: string) => this.#open.has(path);
    const { all, unopened } = this.#wanted.look(this.#specs, isOpen, atStart);
    for (const [path, spec] of unopened) {
      this.#open.set(path, { spec, source: this.#opener.open(path, spec, atStart) });
    }
    return all;
  }

  /** A name may have been a file, or nothing, and now be a fifo; or the other way round. */
  #replaceChangedKinds(): void {
    for (const [path, { source, spec }] of this.#open) {
      const isNowFifo = source instanceof FileFollower && source.isIdle && isFifo(path);
      const wasFifo = source instanceof FifoSource && source.isReplaced;
      if (!isNowFifo && !wasFifo) continue;
      source.close();
      this.#open.set(path, { spec, source: this.#opener.open(path, spec, false) });
    }
  }

  /** What was saved of it is kept: the file may come again while the agent is down. */
  #drop(path: string, source: FileFollower): void {
    this.#unsaved.remove(source);
    source.close();
    this.#open.delete(path);
  }

  #sort(): void {
    const entries = [...this.#open.values()];
    this.#sources = entries.map(({ source }) => source).sort(byName);
    this.#ready = this.#ready.filter((source) => this.#open.get(source.name)?.source === source);
    const watchable = entries.map(({ source, spec }) => {
      return { source, isWatchable: source instanceof FileFollower && spec.pollOnly !== true };
    });
    this.#watching?.use(watchable);
  }
}

function hasLines(source: LineSource): boolean {
  return source.hasLines;
}

function byName(a: LineSource, b: LineSource): number {
  return a.name < b.name ? -1 : 1;
}

function isEnded(source: LineSource): boolean {
  return source.ended;
}
