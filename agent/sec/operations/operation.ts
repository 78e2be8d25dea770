import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Expiring } from '../engine/expiry-queue.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tracked } from '../state/changes.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import type { OperationDetails } from './operation-details.ts';

/** An event correlation operation: what a rule has begun for a key and not yet ended. */
export interface Operation extends Expiring, Tracked {
  number: number;
  /** `FILE | RULEID | DESC`. */
  readonly key: ByteString;
  /** Identify the rule that it belongs to. */
  readonly file: string;
  readonly ruleId: number;
  /** What of its rule's `desc` became with the values of its first event. */
  readonly description: ByteString;
  /** Its rule looks for it by itself and not by its key: see OperationStore.ofRule. */
  readonly listed?: boolean;
  /** Unix time in seconds where its window begins. */
  windowStart: number;
  /** Its init actions are running. */
  readonly initializing?: boolean;
  /** Its end actions are running: its window cannot be moved any more. */
  readonly terminating?: boolean;
  /**
   * Its window is over: ends it, or moves the window on. Called when it is due. An
   * operation still exists while its last actions run, as in SEC.
   */
  expire(runtime: Runtime): void;
  /** What a dump tells about it. */
  details(): OperationDetails;
  /** The clock was set: all its times move by so many seconds. */
  shift(seconds: number): void;
  /** Writes all that its rule needs to make it again. */
  save(record: RecordWriter): void;
  /** Moves the start of the window forward, for `setwpos`: what was counted before is forgotten. */
  moveWindow(windowStart: number, runtime: Runtime): void;
}

/** SEC's key of an operation. */
export function operationKey(file: string, ruleId: number, description: ByteString): ByteString {
  return `${file} | ${ruleId} | ${description}`;
}
