import type { ByteString } from '../../../protocol/byte-string.ts';
import { needsPerl } from '../perl/needs-perl.ts';
import type { PerlSource } from '../perl/perl.ts';
import { compilePerlFunction, PerlFunction } from '../perl/perl-function.ts';
import type { Fault } from '../rule-file/fault.ts';
import { CachedPattern, NegatedCachedPattern } from './cached-pattern.ts';
import type { PatternReading } from './pattern.ts';
import { PerlfuncPattern } from './perlfunc-pattern.ts';
import { compileRegex } from './regex-matcher.ts';
import { NegatedRegexpPattern, RegexpPattern } from './regexp-pattern.ts';
import { SubstrPattern, substrText } from './substr-pattern.ts';
import { TvaluePattern } from './tvalue-pattern.ts';

/** The kinds of patterns, without the N of a negation. */
export type PatternKind = 'regexp' | 'substr' | 'perlfunc' | 'cached' | 'tvalue';

/** A `ptype` value, taken apart. */
export interface PatternType {
  readonly kind: PatternKind;
  readonly negated: boolean;
  /** How many lines it looks at. */
  readonly lines: number;
}

const windowTypes = /^(N?)(RegExp|SubStr|PerlFunc)(\d+)?$/i;
const otherTypes = /^(?:(N?)(Cached)|(TValue))$/i;
const kinds: readonly PatternKind[] = ['regexp', 'substr', 'perlfunc', 'cached', 'tvalue'];

/** Reads a `ptype` value. */
export function readPatternType(type: ByteString): PatternType | Fault {
  const window = windowTypes.exec(type);
  const other = otherTypes.exec(type);
  const word = (window?.[2] ?? other?.[2] ?? other?.[3] ?? '').toLowerCase();
  const kind = kinds.find((candidate) => candidate === word);
  const lines = Number(window?.[3] ?? 1);
  if (kind === undefined || lines === 0) {
    return {
      fault: `Invalid pattern type '${type}'`,
      hint: 'expected RegExp, SubStr, PerlFunc (each may have a number of lines), Cached, one of these with N before it, or TValue',
    };
  }
  return { kind, negated: (window?.[1] ?? other?.[1] ?? '') !== '', lines };
}

/** Reads a pattern of a type. */
export function readPattern(
  { kind, negated, lines }: PatternType,
  source: ByteString,
  perlSource: PerlSource,
): PatternReading {
  switch (kind) {
    case 'regexp': {
      const matcher = compileRegex(source, perlSource, lines === 1 ? 'lines' : 'any text');
      if ('fault' in matcher) return matcher;
      return {
        pattern: negated
          ? new NegatedRegexpPattern(matcher, lines)
          : new RegexpPattern(matcher, lines),
      };
    }
    case 'substr':
      return { pattern: new SubstrPattern(substrText(source), lines, !negated) };
    case 'perlfunc': {
      const code = readPerlFunction(source, perlSource);
      if ('fault' in code) return code;
      return { pattern: new PerlfuncPattern(code, lines, negated) };
    }
    case 'cached':
      return readCached(source, negated);
    case 'tvalue':
      return readTvalue(source);
  }
}

/** Compiles the code of a PerlFunc pattern. */
export function readPerlFunction(source: ByteString, { perl }: PerlSource): PerlFunction | Fault {
  if (perl === undefined) return needsPerl(`function '${source}'`);
  const code = compilePerlFunction(source, perl);
  if (code instanceof PerlFunction) return code;
  return {
    fault: `Invalid function '${source}', eval didn't return a code reference: ${code.fault}`,
    hint: 'expected sub { ... }',
  };
}

function readCached(source: ByteString, negated: boolean): PatternReading {
  if (!/^[A-Za-z]\w*$/.test(source)) {
    return {
      fault: `Invalid cached pattern name '${source}': the name does not have the form <letter>[<letter>|<digit>|<underscore>]...`,
    };
  }
  return { pattern: negated ? new NegatedCachedPattern(source) : new CachedPattern(source) };
}

function readTvalue(source: ByteString): PatternReading {
  const value = source.toUpperCase();
  if (value === 'TRUE' || value === 'FALSE')
    return { pattern: new TvaluePattern(value === 'TRUE') };
  return { fault: `Invalid truth value '${source}'`, hint: 'expected TRUE or FALSE' };
}
