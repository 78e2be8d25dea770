import type { ByteString } from '../../../protocol/byte-string.ts';
import { ExpiryQueue } from '../engine/expiry-queue.ts';
import { TextMap } from '../engine/text-map.ts';
import { Changes } from '../state/changes.ts';
import type { Operation } from './operation.ts';

/** The operations of one rule: by description, and the listed ones of them. */
interface OperationsOfRule {
  readonly byDescription: TextMap<Operation>;
  readonly listed: Set<Operation>;
}

/** All operations, by their rules and descriptions: what SEC's key says, without making that text. */
export class OperationStore {
  readonly #byFile = new Map<string, Map<number, OperationsOfRule>>();
  #size = 0;
  readonly #expiry = new ExpiryQueue<Operation>();
  /** Those that are not saved as they are. */
  readonly changes = new Changes<Operation>();

  /** The operation of a rule for a description. */
  get(file: string, ruleId: number, description: ByteString): Operation | undefined {
    return this.#byFile.get(file)?.get(ruleId)?.byDescription.get(description);
  }

  /** Adds an operation, in place of one of the same rule and description. */
  add(operation: Operation): void {
    const replaced = this.#sameAs(operation);
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
    const listed = this.#byFile.get(file)?.get(ruleId)?.listed;
    return listed === undefined ? [] : [...listed];
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** True when a rule has listed operations. */
  hasOfRule(file: string, ruleId: number): boolean {
    return (this.#byFile.get(file)?.get(ruleId)?.listed.size ?? 0) > 0;
  }

  /** Ends an operation without any action. False when it was not there any more. */
  remove(operation: Operation): boolean {
    if (!this.has(operation)) return false;
    const { byDescription, listed } = this.#ofRule(operation);
    byDescription.delete(operation.description);
    this.#size--;
    listed.delete(operation);
    this.changes.remove(operation);
    this.#expiry.remove(operation);
    return true;
  }

  /** True while the operation has not ended. */
  has(operation: Operation): boolean {
    return this.#sameAs(operation) === operation;
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
  get all(): readonly Operation[] {
    const rules = [...this.#byFile.values()].flatMap((ofFile) => [...ofFile.values()]);
    const operations = rules.flatMap(({ byDescription }) => [...byDescription.values()]);
    return operations.sort((left, right) => left.number - right.number);
  }

  /** The clock was set: all times move by so many seconds. */
  shift(seconds: number): void {
    for (const operation of this.all) {
      operation.shift(seconds);
      this.reschedule(operation);
    }
  }

  /** Forgets those of some rule files. */
  removeFiles(files: ReadonlySet<string>): void {
    if (files.size === 0) return;
    for (const operation of this.all) if (files.has(operation.file)) this.remove(operation);
  }

  /** Forgets everything. */
  clear(): void {
    for (const operation of this.all) this.remove(operation);
  }

  #insert(operation: Operation): void {
    const { byDescription, listed } = this.#ofRule(operation);
    byDescription.set(operation.description, operation);
    this.#size++;
    if (operation.listed === true) listed.add(operation);
    this.#expiry.schedule(operation);
  }

  #sameAs({ file, ruleId, description }: Operation): Operation | undefined {
    return this.get(file, ruleId, description);
  }

  /** The operations of the rule that an operation belongs to. */
  #ofRule({ file, ruleId }: Operation): OperationsOfRule {
    let ofFile = this.#byFile.get(file);
    if (ofFile === undefined) {
      ofFile = new Map();
      this.#byFile.set(file, ofFile);
    }
    let ofRule = ofFile.get(ruleId);
    if (ofRule === undefined) {
      ofRule = { byDescription: new TextMap(), listed: new Set() };
      ofFile.set(ruleId, ofRule);
    }
    return ofRule;
  }
}
