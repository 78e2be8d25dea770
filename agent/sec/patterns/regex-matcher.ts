import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Perl, PerlReference, PerlSource } from '../perl/perl.ts';
import type { LineNeed } from '../prefilter/line-need.ts';
import type { RegexTexts } from '../regex/regex-emitter.ts';
import { type JavascriptRegex, translateRegex } from '../regex/translate-regex.ts';
import type { Fault } from './pattern.ts';

/** The groups of a match, by number and by name. */
export interface RegexGroups {
  /** How many groups the expression has. */
  readonly count: number;
  /** The text of a group from 1; undefined when it took no part. */
  group(number: number): ByteString | undefined;
  named(name: string): ByteString | undefined;
  /** The names that have a group. */
  readonly names: Iterable<string>;
}

/** A compiled regular expression. */
export interface RegexMatcher {
  /** What a text must hold so that it can match. */
  readonly need: LineNeed;
  match(text: ByteString): RegexGroups | undefined;
}

/** Compiles a Perl regular expression, for V8 where that is the same and for Perl where not. */
export function compileRegex(
  source: ByteString,
  perlSource: PerlSource,
  texts: RegexTexts = 'any text',
): RegexMatcher | Fault {
  const translation = translateRegex(source, texts);
  switch (translation.kind) {
    case 'javascript':
      return { need: translation.need, match: (text) => javascriptGroups(translation, text) };
    case 'perl': {
      const { perl } = perlSource;
      return perl === undefined
        ? {
            fault: `Regular expression '${source}' needs Perl: ${translation.reason}`,
            hint: 'install perl on this host, or write the expression without that construct',
          }
        : compileInPerl(source, perl, translation.need);
    }
    case 'invalid':
      return { fault: `Invalid regular expression '${source}': ${translation.message}` };
  }
}

function javascriptGroups(translation: JavascriptRegex, text: ByteString): RegexGroups | undefined {
  const found = translation.regex.exec(text);
  if (found === null) return undefined;
  const { groups, groupCount, names } = translation;
  const group = (number: number) => {
    if (groups === null) return found[number];
    for (const index of groups[number] ?? []) {
      if (found[index] !== undefined) return found[index];
    }
    return undefined;
  };
  return {
    count: groupCount,
    group,
    named(name) {
      for (const number of names.get(name) ?? []) {
        const value = group(number);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    names: names.keys(),
  };
}

function compileInPerl(source: ByteString, perl: Perl, need: LineNeed): RegexMatcher | Fault {
  const compiled = perl.compileRegex(source);
  if ('fault' in compiled) {
    return { fault: `Invalid regular expression '${source}': ${compiled.fault}` };
  }
  const reference: PerlReference = compiled.regex;
  return {
    need,
    match(text) {
      const found = perl.matchRegex(reference, text);
      if (found === undefined) return undefined;
      return {
        count: found.groups.length - 1,
        group: (number) => found.groups[number],
        named: (name) => found.names.get(name),
        names: found.names.keys(),
      };
    },
  };
}
