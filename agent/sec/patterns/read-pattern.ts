import type { ByteString } from '../../../protocol/byte-string.ts';
import { notYet } from '../not-yet.ts';
import type { PatternReading } from './pattern.ts';
import { readRegexpPattern } from './regexp-pattern.ts';
import { readSubstrPattern } from './substr-pattern.ts';

const readers: Readonly<Record<string, (source: ByteString) => PatternReading>> = {
  regexp: readRegexpPattern,
  substr: readSubstrPattern,
};

/** `ptype` values: the kind, and for some kinds the number of lines, which begins with 1. */
const patternType = /^(N?(?:RegExp|SubStr|PerlFunc))(0*[1-9]\d*)?$|^(N?Cached|TValue)$/i;

/** Reads a pattern of a rule by its type. */
export function readPattern(type: ByteString, source: ByteString): PatternReading {
  const parts = patternType.exec(type);
  if (parts === null) {
    return {
      fault: `Invalid pattern type '${type}'`,
      hint: 'expected RegExp or SubStr',
    };
  }
  const reader = readers[(parts[1] ?? '').toLowerCase()];
  if (reader === undefined) return notYet(`pattern type '${type}'`);
  if (Number(parts[2] ?? 1) > 1) return notYet(`pattern type '${type}' (several lines)`);
  return reader(source);
}
