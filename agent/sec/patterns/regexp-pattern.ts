import type { ByteString } from '../../../protocol/byte-string.ts';
import { type CurrentLine, inputSource } from '../engine/current-line.ts';
import { anyLine, type LineNeed } from '../prefilter/line-need.ts';
import type { Match } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';
import type { RegexGroups, RegexMatcher } from './regex-matcher.ts';

/** `ptype=RegExpN`: a Perl regular expression on the last N lines, joined by newlines. */
export class RegexpPattern implements Pattern {
  readonly lines: number;
  readonly need: LineNeed;
  readonly #matcher: RegexMatcher;

  constructor(matcher: RegexMatcher, lines: number) {
    this.need = lines === 1 ? matcher.need : anyLine;
    this.#matcher = matcher;
    this.lines = lines;
  }

  match(line: CurrentLine): Match | undefined {
    const text = line.window.text(this.lines);
    const groups = this.#matcher.match(text);
    if (groups === undefined) return undefined;
    return new RegexpMatch(groups, text, inputSource(line, this.lines), line.internalContext);
  }
}

/** `ptype=NRegExpN`: matches what the expression does not; then only the line itself is known. */
export class NegatedRegexpPattern implements Pattern {
  readonly lines: number;
  readonly need = anyLine;
  readonly #matcher: RegexMatcher;

  constructor(matcher: RegexMatcher, lines: number) {
    this.#matcher = matcher;
    this.lines = lines;
  }

  match(line: CurrentLine): Match | undefined {
    const text = line.window.text(this.lines);
    if (this.#matcher.match(text) !== undefined) return undefined;
    return new LineMatch(text, inputSource(line, this.lines), line.internalContext);
  }
}

/** The match variables that every match with variables has. */
export class LineMatch implements Match {
  readonly substitutes = true;
  readonly #text: ByteString;
  readonly #source: ByteString;
  readonly #internalContext: ByteString | undefined;

  constructor(text: ByteString, source: ByteString, internalContext: ByteString | undefined) {
    this.#text = text;
    this.#source = source;
    this.#internalContext = internalContext;
  }

  get(name: string): ByteString | undefined {
    // SEC's $0 is the whole text and not only its matching part.
    if (name === '0') return this.#text;
    if (name === '_inputsrc') return this.#source;
    return name === '_intcontext' ? this.#internalContext : undefined;
  }

  entries(): Map<ByteString, ByteString | undefined> {
    return new Map([
      ['0', this.#text],
      ['_inputsrc', this.#source],
      ['_intcontext', this.#internalContext],
    ]);
  }
}

/** The variables of a match, looked up when they are asked for: most matches need few of them. */
class RegexpMatch extends LineMatch {
  readonly #groups: RegexGroups;

  constructor(
    groups: RegexGroups,
    text: ByteString,
    source: ByteString,
    internalContext: ByteString | undefined,
  ) {
    super(text, source, internalContext);
    this.#groups = groups;
  }

  override get(name: string): ByteString | undefined {
    const first = name.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39) {
      return this.#group(name.length === 1 ? first - 0x30 : Number(name));
    }
    const own = super.get(name);
    if (own !== undefined) return own;
    return first === 0x30 ? undefined : this.#groups.named(name);
  }

  override entries(): Map<ByteString, ByteString | undefined> {
    const entries = super.entries();
    for (let number = 1; number <= Math.max(1, this.#groups.count); number++) {
      entries.set(String(number), this.#group(number));
    }
    for (const name of this.#groups.names) entries.set(name, this.#groups.named(name));
    return entries;
  }

  #group(number: number): ByteString | undefined {
    // A Perl match without groups gives the list (1), which SEC puts into $1.
    if (this.#groups.count === 0) return number === 1 ? '1' : undefined;
    return number <= this.#groups.count ? this.#groups.group(number) : undefined;
  }
}
