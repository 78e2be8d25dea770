import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Rule } from '../engine/rule.ts';
import type { CheckedKeywords } from './checked-keywords.ts';

/** A type of rule: which keywords it takes and how it is made of them. */
export interface RuleType {
  /** Its name as SEC's messages write it. */
  readonly name: ByteString;
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
  /** Reads the keywords; the rule, or undefined when they reported a problem. */
  read(keywords: CheckedKeywords, id: number): Rule | undefined;
}
