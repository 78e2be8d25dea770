import type { ByteString } from '../../../protocol/byte-string.ts';
import { ExpiryQueue } from '../engine/expiry-queue.ts';
import { ownText } from '../engine/own-text.ts';
import { TextMap } from '../engine/text-map.ts';
import { Changes } from '../state/changes.ts';
import type { Context } from './context.ts';

/** All contexts, by each of their names. */
export class ContextStore {
  readonly #byName = new TextMap<Context>();
  readonly #expiry = new ExpiryQueue<Context>();
  /** `_THIS`: the context whose expiry actions are running. */
  readonly #this: Context[] = [];
  /** Those that are not saved as they are. Internal ones never are. */
  readonly changes = new Changes<Context>();

  /** The context of a name as it stands there, expired or not; `_THIS` while one expires. */
  peek(name: ByteString): Context | undefined {
    if (name === '_THIS' && this.#this.length > 0) return this.#this.at(-1);
    return this.#byName.get(name);
  }

  /** True while any of a context's names still means this one. */
  has(context: Context): boolean {
    return context.names.some((name) => this.#byName.get(name) === context);
  }

  /** How many names there are. */
  get size(): number {
    return this.#byName.size;
  }

  /** Puts a context under a name, beside its other names. */
  setName(name: ByteString, context: Context): void {
    const isNew = context.names.length === 0;
    const own = isNew ? ownText(name) : name;
    context.addName(own);
    this.#byName.set(own, context);
    if (context.internal) return;
    if (isNew) this.changes.add(context);
    else this.changes.note(context);
    this.#expiry.schedule(context);
  }

  /** Adds a context that was saved under a number, with the names that it has. */
  addSaved(context: Context, number: number): void {
    this.changes.addSaved(context, number);
    for (const name of context.names) this.#byName.set(name, context);
    this.#expiry.schedule(context);
  }

  /** To be called when a context is other than before; `reschedule` does it too. */
  changed(context: Context): void {
    if (!context.internal) this.changes.note(context);
  }

  /** Takes one name away; a context without any is gone. */
  removeName(name: ByteString): void {
    const context = this.#byName.get(name);
    if (context === undefined) return;
    this.#byName.delete(name);
    context.removeName(name);
    if (context.names.length === 0) this.#ended(context);
    else this.changed(context);
  }

  /** Takes a context away with all its names. */
  remove(context: Context): void {
    for (const name of context.names) {
      if (this.#byName.get(name) === context) this.#byName.delete(name);
    }
    this.#ended(context);
  }

  /** To be called after lifetime or creation time changed. */
  reschedule(context: Context): void {
    this.changed(context);
    this.#expiry.schedule(context);
  }

  /** Takes out the contexts whose lifetime is over at `now`; they stay until they are removed. */
  takeDue(now: number): Context[] {
    return this.#expiry.takeDue(now);
  }

  /** See ExpiryQueue. */
  get nextDueAt(): number | undefined {
    return this.#expiry.nextDueAt;
  }

  /** Runs something while `_THIS` means a context. */
  withThis(context: Context, work: () => void): void {
    this.#this.push(context);
    try {
      work();
    } finally {
      this.#this.pop();
    }
  }

  /** All names, in the order in which they were made. */
  get names(): readonly ByteString[] {
    return [...this.#byName.keys()];
  }

  /** All contexts, each once. */
  get all(): ReadonlySet<Context> {
    return new Set(this.#byName.values());
  }

  /** The clock was set: all times but those of stored events move by so many seconds. */
  shift(seconds: number): void {
    for (const context of this.all) {
      context.createdAt += seconds;
      this.reschedule(context);
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const context of this.all) this.remove(context);
  }

  #ended(context: Context): void {
    this.#expiry.remove(context);
    if (!context.internal) this.changes.remove(context);
  }
}
