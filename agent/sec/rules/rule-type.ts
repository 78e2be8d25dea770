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
  read(keywords: CheckedKeywords, place: RulePlace): Rule | undefined;
}

/** Which rule it will be. */
export interface RulePlace {
  readonly file: string;
  readonly id: number;
  readonly line: number;
}

/** The reading of a whole rule: undefined as soon as any of its parts is. */
export function allParts<T extends object>(
  parts: {
    readonly [Name in keyof T]: T[Name] | undefined;
  },
): T | undefined {
  const complete = Object.values(parts).every((part) => part !== undefined);
  // Every part was just seen to be there.
  return complete ? (parts as T) : undefined;
}
