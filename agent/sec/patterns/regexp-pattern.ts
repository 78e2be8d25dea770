import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineEvent } from '../engine/line-event.ts';
import { translateRegex } from '../regex/translate-regex.ts';
import type { Match } from '../substitute/match.ts';
import type { Pattern, PatternReading } from './pattern.ts';

/** `ptype=RegExp`: a Perl regular expression on the bytes of one line. */
export function readRegexpPattern(source: ByteString): PatternReading {
  const translation = translateRegex(source);
  switch (translation.kind) {
    case 'javascript':
      return { pattern: new RegexpPattern(translation) };
    case 'perl':
      return {
        fault: `Regular expression '${source}' needs Perl: ${translation.reason}`,
        hint: 'this version of nagtail does not run patterns in Perl yet; write it without that construct',
      };
    case 'invalid':
      return { fault: `Invalid regular expression '${source}': ${translation.message}` };
  }
}

type JavascriptTranslation = Extract<ReturnType<typeof translateRegex>, { kind: 'javascript' }>;

class RegexpPattern implements Pattern {
  readonly #translation: JavascriptTranslation;

  constructor(translation: JavascriptTranslation) {
    this.#translation = translation;
  }

  match(event: LineEvent): Match | undefined {
    const found = this.#translation.regex.exec(event.line);
    return found === null ? undefined : new RegexpMatch(this.#translation, found, event);
  }
}

/** The variables of a match, looked up when they are asked for: most matches need few of them. */
class RegexpMatch implements Match {
  readonly substitutes = true;
  readonly #translation: JavascriptTranslation;
  readonly #found: RegExpExecArray;
  readonly #event: LineEvent;

  constructor(translation: JavascriptTranslation, found: RegExpExecArray, event: LineEvent) {
    this.#translation = translation;
    this.#found = found;
    this.#event = event;
  }

  get(name: string): ByteString | undefined {
    // SEC's $0 is the whole line and not only its matching part.
    if (name === '0') return this.#event.line;
    if (/^\d+$/.test(name)) return this.#group(Number(name));
    if (name === '_inputsrc') return this.#event.source;
    const groups = this.#translation.names.get(name) ?? [];
    return groups.map((group) => this.#group(group)).find((value) => value !== undefined);
  }

  #group(number: number): ByteString | undefined {
    const { groupCount, groups } = this.#translation;
    // A Perl match without groups gives the list (1), which SEC puts into $1.
    if (groupCount === 0) return number === 1 ? '1' : undefined;
    if (number > groupCount) return undefined;
    const indices = groups === null ? [number] : (groups[number] ?? []);
    for (const index of indices) {
      const value = this.#found[index];
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
