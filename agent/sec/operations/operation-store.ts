import type { ByteString } from '../../../protocol/byte-string.ts';
import { ExpiryQueue } from '../engine/expiry-queue.ts';
import { Changes } from '../state/changes.ts';
import type { Operation } from './operation.ts';

/** All operations, by their keys. */
export class OperationStore {
  readonly #byKey = new Map<ByteString, Operation>();
  readonly #listed = new Map<string, Set<Operation>>();
  readonly #expiry = new ExpiryQueue<Operation>();
  /** Those that are not saved as they are. */
  readonly changes = new Changes<Operation>();

  /** The operation of a key. */
  get(key: ByteString): Operation | undefined {
    return this.#byKey.get(key);
  }

  /** Adds an operation, in place of one with the same key. */
  add(operation: Operation): void {
    const replaced = this.#byKey.get(operation.key);
    if (replaced !== undefined) this.remove(replaced);
    this.changes.add(operation);
    this.#insert(operation);
  }

  /** Adds an operation that was saved under a number. */
  addSaved(operation: Operation, number: number): void {
    this.changes.addSaved(operation, number);
    this.#insert(operation);
  }

  /** To be called when an operation is other than before; `reschedule` does it too. */
  changed(operation: Operation): void {
    this.changes.note(operation);
  }

  /** The listed operations of a rule, as they are now. */
  ofRule(file: string, ruleId: number): readonly Operation[] {
    const operations = this.#listed.get(ruleKey(file, ruleId));
    return operations === undefined ? [] : [...operations];
  }

  /** How many there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** True when a rule has listed operations. */
  hasOfRule(file: string, ruleId: number): boolean {
    return (this.#listed.get(ruleKey(file, ruleId))?.size ?? 0) > 0;
  }

  /** Ends an operation without any action. False when it was not there any more. */
  remove(operation: Operation): boolean {
    if (this.#byKey.get(operation.key) !== operation) return false;
    this.#byKey.delete(operation.key);
    this.changes.remove(operation);
    this.#expiry.remove(operation);
    this.#listed.get(ruleKey(operation.file, operation.ruleId))?.delete(operation);
    return true;
  }

  /** True while the operation has not ended. */
  has(operation: Operation): boolean {
    return this.#byKey.get(operation.key) === operation;
  }

  /** To be called after the window of an operation moved. */
  reschedule(operation: Operation): void {
    if (!this.has(operation)) return;
    this.changes.note(operation);
    this.#expiry.schedule(operation);
  }

  /** Takes out the operations whose window is over at `now`; they stay until they end themselves. */
  takeDue(now: number): Operation[] {
    return this.#expiry.takeDue(now);
  }

  /** See ExpiryQueue. */
  get nextDueAt(): number | undefined {
    return this.#expiry.nextDueAt;
  }

  /** All operations, in the order in which they began. */
  get all(): Iterable<Operation> {
    return this.#byKey.values();
  }

  /** The clock was set: all times move by so many seconds. */
  shift(seconds: number): void {
    for (const operation of this.#byKey.values()) {
      operation.shift(seconds);
      this.reschedule(operation);
    }
  }

  /** Forgets those of some rule files. */
  removeFiles(files: ReadonlySet<string>): void {
    if (files.size === 0) return;
    for (const operation of [...this.#byKey.values()]) {
      if (files.has(operation.file)) this.remove(operation);
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const operation of [...this.#byKey.values()]) this.remove(operation);
  }

  #insert(operation: Operation): void {
    this.#byKey.set(operation.key, operation);
    this.#expiry.schedule(operation);
    if (operation.listed !== true) return;
    const rule = ruleKey(operation.file, operation.ruleId);
    const others = this.#listed.get(rule);
    if (others) others.add(operation);
    else this.#listed.set(rule, new Set([operation]));
  }
}

function ruleKey(file: string, ruleId: number): string {
  return `${file} | ${ruleId}`;
}
