import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Perl, PerlReference, PerlSource } from '../perl/perl.ts';
import type { LineNeed } from '../prefilter/line-need.ts';
import type { RegexTexts } from '../regex/regex-emitter.ts';
import { type JavascriptRegex, translateRegex } from '../regex/translate-regex.ts';
import type { Fault } from '../rule-file/fault.ts';

/** The groups of a match, by number and by name. */
export interface RegexGroups {
  /** How many groups the expression has. */
  readonly count: number;
  /** The text of a group from 1, of the whole match with 0; undefined when it took no part. */
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

/** Expressions that are remembered; then all are forgotten. */
const rememberedMax = 4096;

const remembered = new Map<string, RegexMatcher>();

/**
 * Compiles a Perl regular expression, for V8 where that is the same and for Perl where not. Rules often
 * share an expression: for V8 they share the matcher, too, which tries a line once for all of them.
 */
export function compileRegex(
  source: ByteString,
  perlSource: PerlSource,
  texts: RegexTexts = 'any text',
): RegexMatcher | Fault {
  const key = `${texts}: ${source}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const translation = translateRegex(source, texts);
  switch (translation.kind) {
    case 'javascript': {
      const matcher = new JavascriptMatcher(translation);
      if (remembered.size >= rememberedMax) remembered.clear();
      remembered.set(key, matcher);
      return matcher;
    }
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

/** An expression in V8, and what it said of the last text: the next rule may ask for the same. */
class JavascriptMatcher implements RegexMatcher {
  readonly need: LineNeed;
  readonly #translation: JavascriptRegex;
  #text: ByteString | undefined;
  #groups: RegexGroups | undefined;

  constructor(translation: JavascriptRegex) {
    this.need = translation.need;
    this.#translation = translation;
  }

  match(text: ByteString): RegexGroups | undefined {
    if (text === this.#text) return this.#groups;
    const found = this.#translation.regex.exec(text);
    this.#groups = found === null ? undefined : new JavascriptGroups(this.#translation, found);
    this.#text = text;
    return this.#groups;
  }
}

/** The groups of a match in V8, by Perl's numbers. */
class JavascriptGroups implements RegexGroups {
  readonly #translation: JavascriptRegex;
  readonly #found: RegExpExecArray;

  constructor(translation: JavascriptRegex, found: RegExpExecArray) {
    this.#translation = translation;
    this.#found = found;
  }

  get count(): number {
    return this.#translation.groupCount;
  }

  group(number: number): ByteString | undefined {
    const { groups } = this.#translation;
    if (groups === null) return this.#found[number];
    for (const index of groups[number] ?? []) {
      if (this.#found[index] !== undefined) return this.#found[index];
    }
    return undefined;
  }

  named(name: string): ByteString | undefined {
    for (const number of this.#translation.names.get(name) ?? []) {
      const value = this.group(number);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  get names(): Iterable<string> {
    return this.#translation.names.keys();
  }
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
