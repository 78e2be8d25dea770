import type { ByteString } from '../../../protocol/byte-string.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Operation } from '../operations/operation.ts';
import type { SoughtEvent } from '../prefilter/sought-event.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RulePlace } from './rule-type.ts';

/** What all rules that look at lines have. */
export abstract class EventRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly windowLines: number;
  readonly looksFor: readonly SoughtEvent[];
  /** Which rule its actions belong to. */
  readonly origin: ActionOrigin;

  constructor(
    { file, id, line }: RulePlace,
    windowLines: number,
    looksFor: readonly SoughtEvent[],
  ) {
    this.id = id;
    this.line = line;
    this.windowLines = windowLines;
    this.looksFor = looksFor;
    this.origin = { file, ruleId: id };
  }

  abstract process(runtime: Runtime): Continuation | undefined;

  restore?(record: RecordReader, runtime: Runtime): Operation | undefined;

  /** The rule's operation for a description. */
  protected operationOf(description: ByteString, { operations }: Runtime): Operation | undefined {
    return operations.get(this.origin.file, this.id, description);
  }

  /**
   * The rule's operation for a description as it is now: one whose window is over, to which
   * housekeeping has not come yet, ends first, or moves its window.
   */
  protected presentOperationOf(description: ByteString, runtime: Runtime): Operation | undefined {
    const operation = this.operationOf(description, runtime);
    if (operation?.dueAt === undefined || operation.dueAt > runtime.time) return operation;
    operation.expire(runtime);
    return this.operationOf(description, runtime);
  }
}
