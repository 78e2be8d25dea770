import { lstatSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Log } from '../../platform/log.ts';
import { FolderWatches } from './folder-watches.ts';
import type { LineSource } from './line-source.ts';
import { PollPlan } from './poll-plan.ts';
import { possibleOriginals } from './rotated-names.ts';

/** A source, and whether what happens to its file is told by its folder. */
export interface WatchableSource {
  readonly source: LineSource;
  /** False for pipes, and for files that are to be looked at only. */
  readonly isWatchable: boolean;
}

/** What is told of changes. */
export interface ChangeListener {
  /** There may be something new: poll soon. */
  onHint(): void;
  /** A folder has a name that belongs to no source yet. */
  onNewName(): void;
}

/**
 * Decides which sources are polled by what their folders tell. In a folder
 * that cannot be watched, and under a symbolic link, which may lead to another
 * folder, nothing is told, and all is looked at.
 */
export class WatchedSources {
  readonly #plan = new PollPlan();
  readonly #watches: FolderWatches;
  readonly #listener: ChangeListener;
  #all: readonly WatchableSource[] = [];
  /** By folder, then by name in it. */
  #byName = new Map<string, Map<string, LineSource>>();
  /** Folders that are watched whether or not a source is in them. */
  readonly #watchedAnyway = new Set<string>();

  constructor(log: Log, listener: ChangeListener) {
    this.#listener = listener;
    this.#watches = new FolderWatches(log, (folder, name, isNewName) => {
      this.#changed(folder, name, isNewName);
    });
  }

  /** The sources from now on. */
  use(sources: readonly WatchableSource[]): void {
    this.#all = sources;
    this.#byName = new Map();
    const watched: LineSource[] = [];
    const unwatched: LineSource[] = [];
    for (const { source, isWatchable } of sources) {
      const folder = dirname(source.name);
      const names = this.#byName.get(folder) ?? new Map<string, LineSource>();
      this.#byName.set(folder, names.set(basename(source.name), source));
      const isTold = isWatchable && this.#watches.watch(folder) && !isSymbolicLink(source.name);
      (isTold ? watched : unwatched).push(source);
    }
    this.#watches.keepOnly(new Set([...this.#byName.keys(), ...this.#watchedAnyway]));
    this.#plan.use(watched, unwatched);
  }

  /** Also watches a folder in which no source is yet. False when it cannot be watched. */
  watchFolder(folder: string): boolean {
    this.#watchedAnyway.add(folder);
    return this.#watches.watch(folder);
  }

  /** Polls the sources that may have something new. */
  poll(nowMs: number): { readonly polled: Set<LineSource>; readonly found: boolean } {
    return this.#plan.poll(nowMs);
  }

  /** How long there may be no poll while no hint comes, in milliseconds; 0: it should come soon. */
  get restMs(): number {
    return this.#plan.restMs;
  }

  /** Watches folders that were made anew, and those that could not be watched before. */
  refresh(): void {
    for (const folder of this.#watches.dropReplaced()) this.#hintAll(folder);
    this.use(this.#all);
  }

  close(): void {
    this.#watches.close();
  }

  #changed(folder: string, name: string | undefined, isNewName: boolean): void {
    const names = this.#byName.get(folder);
    const known = name === undefined ? undefined : sourceOf(name, names);
    if (known !== undefined) this.#plan.hint(known);
    else if (name === undefined) this.#hintAll(folder);
    else if (!isNewName) return;
    if (isNewName && (name === undefined || !names?.has(name))) this.#listener.onNewName();
    this.#listener.onHint();
  }

  #hintAll(folder: string): void {
    for (const source of this.#byName.get(folder)?.values() ?? []) this.#plan.hint(source);
  }
}

/** The source that a name belongs to, also as a rotated generation. */
function sourceOf(
  name: string,
  names: ReadonlyMap<string, LineSource> | undefined,
): LineSource | undefined {
  if (names === undefined) return undefined;
  const exact = names.get(name);
  if (exact !== undefined) return exact;
  const original = possibleOriginals(name).find((other) => names.has(other));
  return original === undefined ? undefined : names.get(original);
}

function isSymbolicLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return true;
  }
}
