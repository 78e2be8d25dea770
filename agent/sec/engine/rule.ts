import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Operation } from '../operations/operation.ts';
import type { SoughtEvent } from '../prefilter/sought-event.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { Runtime } from './runtime.ts';

/** Where processing goes on after a rule has matched. */
export type Continuation =
  | { readonly kind: 'take next' }
  /** DontCont: the rest of this rule file is skipped, the next file goes on. */
  | { readonly kind: 'end file' }
  /** EndMatch: this line is done. */
  | { readonly kind: 'end line' }
  /** GoTo: on to the rule with this label, when it stands further down in the file. */
  | { readonly kind: 'go to'; readonly label: ByteString }
  /** Jump: first the rule files of these sets, then as the inner continuation says. */
  | { readonly kind: 'jump'; readonly sets: readonly ByteString[]; readonly after: Continuation };

/** A rule that passed all checks and can run. */
export interface Rule {
  /** Index among the valid rules of its file, from 0: a part of SEC's operation keys. */
  readonly id: number;
  /** The line of the rule file where it begins. */
  readonly line: number;
  /** How many lines its patterns look at, at most. */
  readonly windowLines: number;
  /** The events that it looks for in lines; none for rules of the clock. */
  readonly looksFor: readonly SoughtEvent[];
  /** Tries the rule on the current line; the continuation when it matched, undefined when it did not. */
  process(runtime: Runtime): Continuation | undefined;
  /** For rules of the clock: runs when its minute has come. Called once a second; true when it acted. */
  tick?(runtime: Runtime): boolean;
  /** The next moment at which tick() may do anything. */
  nextTickAt?(time: number): number;
  /**
   * For rules with operations: makes one again of what it has saved. Undefined when
   * that cannot be, because the host has no perl any more for example.
   * @throws UnreadableRecord
   */
  restore?(record: RecordReader, runtime: Runtime): Operation | undefined;
  /** For rules of the clock: what must not be forgotten between two ticks; empty at first. */
  memory?: ByteString;
}

/** A rule file as it runs: its valid rules in order. */
export interface CheckedRuleFile {
  readonly file: string;
  readonly rules: readonly Rule[];
  /** For each rule a text that is another one as soon as the rule says something else. */
  readonly identities: readonly ByteString[];
  /** For each label the id of the rule it points to; one behind the last rule at the file's end. */
  readonly labels: ReadonlyMap<ByteString, number>;
  /** The sets that a Jump reaches it by. */
  readonly sets: readonly ByteString[];
  /** Only reached by a Jump. */
  readonly onlyByJump: boolean;
}
