import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineNeed } from '../prefilter/line-need.ts';
import { requiredLiterals } from '../prefilter/required-literals.ts';
import { reasonForPerl } from './perl-only.ts';
import { emitRegex, type RegexTexts } from './regex-emitter.ts';
import { parseRegex } from './regex-parser.ts';
import { RegexSyntaxError } from './regex-syntax-error.ts';
import type { ParsedRegex } from './regex-tree.ts';

/** What the parser knows of the groups of a pattern that Perl accepts. */
interface KnownGroups {
  /** How many capture groups Perl counts; 0 when the pattern could not be read to its end. */
  readonly groupCount: number;
  /** Each group name with Perl's group numbers, ascending; `%+` gives the first that is set. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** What a text must hold so that it can match. */
  readonly need: LineNeed;
}

export interface JavascriptRegex extends KnownGroups {
  readonly kind: 'javascript';
  /** Has no flags. Give it strings of single-byte characters only. */
  readonly regex: RegExp;
  /**
   * For each group number of Perl's the JavaScript groups that stand for it: the
   * first that took part in the match counts. Entry 0 is [0]. Null when the
   * numbers are the same.
   */
  readonly groups: readonly (readonly number[])[] | null;
}

export interface PerlRegex extends KnownGroups {
  readonly kind: 'perl';
  /** What in the pattern JavaScript cannot do just as Perl does. */
  readonly reason: string;
}

export interface InvalidRegex {
  readonly kind: 'invalid';
  /** Perl's own words, without " at FILE line N." at their end. */
  readonly message: string;
  /** The byte of the pattern at which Perl gave up. */
  readonly offset: number;
}

export type RegexTranslation = JavascriptRegex | PerlRegex | InvalidRegex;

/**
 * What to do with a Perl regular expression of a rule: match it with a
 * JavaScript RegExp that is the same on bytes in every respect (whether and
 * where it matches, and all groups), hand it to Perl, or report that Perl does
 * not compile it. When in doubt the answer is Perl.
 *
 * The pattern is taken as SEC hands it to Perl 5.36: a string made at run time,
 * without flags of its own, without `use utf8`, `use locale` or `use re 'eval'`.
 */
export function translateRegex(
  pattern: ByteString,
  texts: RegexTexts = 'any text',
): RegexTranslation {
  const parsed = tryParse(pattern);
  if (parsed instanceof RegexSyntaxError)
    return { kind: 'invalid', message: parsed.message, offset: parsed.offset };
  const { groupCount, names } = parsed;
  const need = requiredLiterals(parsed);
  const reason = reasonForPerl(parsed);
  if (reason !== undefined) return { kind: 'perl', reason, groupCount, names, need };
  const { source, groups } = emitRegex(parsed.tree, groupCount, texts);
  const regex = tryCompile(source);
  if (regex === undefined)
    return { kind: 'perl', reason: 'too large for JavaScript', groupCount, names, need };
  const isIdentity = groups.every((own, group) => own.length === 1 && own[0] === group);
  return { kind: 'javascript', regex, groupCount, names, need, groups: isIdentity ? null : groups };
}

function tryParse(pattern: ByteString): ParsedRegex | RegexSyntaxError {
  try {
    return parseRegex(pattern);
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error;
    throw error;
  }
}

/** An expression without counted repetitions that is no longer than this, in characters, is never too large. */
const surelyFits = 2_000;

/** V8 refuses patterns that would compile to too much code, some only when they are first used. */
function tryCompile(source: string): RegExp | undefined {
  try {
    const regex = new RegExp(source);
    // Most are compiled when a line needs them, if ever: the prefilter keeps most lines from most rules.
    if (source.length > surelyFits || /\{\d/.test(source)) regex.exec('');
    return regex;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
