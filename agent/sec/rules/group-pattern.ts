import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Runtime } from '../engine/runtime.ts';
import { readPatternType, readPerlFunction } from '../patterns/read-pattern.ts';
import { compileRegex } from '../patterns/regex-matcher.ts';
import { substrText } from '../patterns/substr-pattern.ts';
import type { PerlSource } from '../perl/perl.ts';
import { isTrue } from '../perl/truth.ts';
import type { Fault } from '../rule-file/fault.ts';

/** `egptype` and `egpattern`: what the events of a group must be like together. */
export interface GroupPattern {
  /** Whether the tokens of the events in the window, in their order, are as wanted. */
  matches(tokens: readonly ByteString[], times: readonly ByteString[], runtime: Runtime): boolean;
}

/** Reads `egptype` and `egpattern`. */
export function readGroupPattern(
  type: ByteString,
  source: ByteString,
  perlSource: PerlSource,
): { readonly groupPattern: GroupPattern } | Fault {
  const invalid = {
    fault: `Invalid event group pattern type '${type}'`,
    hint: 'expected RegExp, SubStr, PerlFunc, or one of these with N before it',
  };
  const read = /\d$/.test(type) ? invalid : readPatternType(type);
  if ('fault' in read) return invalid;
  const { kind, negated } = read;
  const groupPattern = readTest(kind, negated, source, perlSource);
  if (groupPattern === undefined) return invalid;
  return 'fault' in groupPattern ? groupPattern : { groupPattern };
}

function readTest(
  kind: string,
  negated: boolean,
  source: ByteString,
  perlSource: PerlSource,
): GroupPattern | Fault | undefined {
  switch (kind) {
    case 'regexp': {
      const matcher = compileRegex(source, perlSource);
      if ('fault' in matcher) return matcher;
      return {
        matches: (tokens) => (matcher.match(tokens.join(' ')) === undefined) === negated,
      };
    }
    case 'substr': {
      const text = substrText(source);
      return { matches: (tokens) => tokens.join(' ').includes(text) !== negated };
    }
    case 'perlfunc': {
      const code = readPerlFunction(source, perlSource);
      if ('fault' in code) return code;
      return {
        matches(tokens, times, runtime) {
          if (runtime.perl === undefined) return false;
          const outcome = code.call(runtime.perl, [tokens.join(' '), tokens, times], 'scalar');
          if ('values' in outcome) return isTrue(outcome.values[0]) !== negated;
          const type = negated ? 'NPerlFunc' : 'PerlFunc';
          runtime.host.log(2, `${type} pattern runtime error: ${outcome.fault}\n`);
          return false;
        },
      };
    }
    default:
      return undefined;
  }
}
