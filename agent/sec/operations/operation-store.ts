import type { ByteString } from '../../../protocol/byte-string.ts';
import { ExpiryQueue } from '../engine/expiry-queue.ts';
import type { Operation } from './operation.ts';

/** All operations, by their keys. */
export class OperationStore {
  readonly #byKey = new Map<ByteString, Operation>();
  readonly #listed = new Map<string, Set<Operation>>();
  readonly #expiry = new ExpiryQueue<Operation>();

  /** The operation of a key. */
  get(key: ByteString): Operation | undefined {
    return this.#byKey.get(key);
  }

  /** Adds an operation, in place of one with the same key. */
  add(operation: Operation): void {
    const replaced = this.#byKey.get(operation.key);
    if (replaced !== undefined) this.remove(replaced);
    this.#byKey.set(operation.key, operation);
    this.#expiry.schedule(operation);
    if (operation.listed !== true) return;
    const rule = ruleKey(operation.file, operation.ruleId);
    const others = this.#listed.get(rule);
    if (others) others.add(operation);
    else this.#listed.set(rule, new Set([operation]));
  }

  /** The listed operations of a rule, as they are now. */
  ofRule(file: string, ruleId: number): readonly Operation[] {
    const operations = this.#listed.get(ruleKey(file, ruleId));
    return operations === undefined ? [] : [...operations];
  }

  /** Ends an operation without any action. False when it was not there any more. */
  remove(operation: Operation): boolean {
    if (this.#byKey.get(operation.key) !== operation) return false;
    this.#byKey.delete(operation.key);
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
    if (this.has(operation)) this.#expiry.schedule(operation);
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

  /** Forgets everything. */
  clear(): void {
    for (const operation of [...this.#byKey.values()]) this.remove(operation);
  }
}

function ruleKey(file: string, ruleId: number): string {
  return `${file} | ${ruleId}`;
}
