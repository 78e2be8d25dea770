import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CurrentLine } from '../engine/current-line.ts';
import { anyLine, type LineNeed, needOfText } from '../prefilter/line-need.ts';
import { type Match, matchWithoutVariables } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';

const escapes: Readonly<Record<string, ByteString>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\s': ' ',
  '\\t': '\t',
  '\\0': '',
  '\\\\': '\\',
};

/** The text that a SubStr pattern looks for: a few escapes, everything else as typed. */
export function substrText(source: ByteString): ByteString {
  return source.replace(/\\[nrst0\\]/g, (text) => escapes[text] ?? text);
}

/** `ptype=SubStrN` and `ptype=NSubStrN`: a text that the lines contain, or do not. */
export class SubstrPattern implements Pattern {
  readonly lines: number;
  readonly need: LineNeed;
  readonly #text: ByteString;
  readonly #wanted: boolean;

  constructor(text: ByteString, lines: number, wanted: boolean) {
    this.#text = text;
    this.lines = lines;
    this.need = wanted && lines === 1 ? needOfText(text) : anyLine;
    this.#wanted = wanted;
  }

  match(line: CurrentLine): Match | undefined {
    const found = line.window.text(this.lines).includes(this.#text);
    return found === this.#wanted ? matchWithoutVariables : undefined;
  }
}
