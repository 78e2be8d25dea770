import type { ByteString } from '../../../protocol/byte-string.ts';
import { ExpiryQueue } from '../engine/expiry-queue.ts';
import type { Context } from './context.ts';

/** All contexts, by each of their names. */
export class ContextStore {
  readonly #byName = new Map<ByteString, Context>();
  readonly #expiry = new ExpiryQueue<Context>();
  /** `_THIS`: the context whose expiry actions are running. */
  readonly #this: Context[] = [];

  /** The context of a name as it stands there, expired or not; `_THIS` while one expires. */
  peek(name: ByteString): Context | undefined {
    if (name === '_THIS' && this.#this.length > 0) return this.#this.at(-1);
    return this.#byName.get(name);
  }

  /** Puts a context under a name, beside its other names. */
  setName(name: ByteString, context: Context): void {
    context.names.add(name);
    this.#byName.set(name, context);
    this.#expiry.schedule(context);
  }

  /** Takes one name away; a context without any is gone. */
  removeName(name: ByteString): void {
    const context = this.#byName.get(name);
    if (context === undefined) return;
    this.#byName.delete(name);
    context.names.delete(name);
    if (context.names.size === 0) this.#expiry.remove(context);
  }

  /** Takes a context away with all its names. */
  remove(context: Context): void {
    for (const name of context.names) {
      if (this.#byName.get(name) === context) this.#byName.delete(name);
    }
    this.#expiry.remove(context);
  }

  /** To be called after lifetime or creation time changed. */
  reschedule(context: Context): void {
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

  /** Forgets everything. */
  clear(): void {
    for (const context of this.all) this.remove(context);
  }
}
