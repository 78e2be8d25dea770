import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineEvent } from '../engine/line-event.ts';
import { type Match, matchWithoutVariables } from '../substitute/match.ts';
import type { Pattern, PatternReading } from './pattern.ts';

const escapes: Readonly<Record<string, ByteString>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\s': ' ',
  '\\t': '\t',
  '\\0': '',
  '\\\\': '\\',
};

/** `ptype=SubStr`: a text that the line contains; a few escapes, everything else as typed. */
export function readSubstrPattern(source: ByteString): PatternReading {
  return {
    pattern: new SubstrPattern(source.replace(/\\[nrst0\\]/g, (text) => escapes[text] ?? text)),
  };
}

class SubstrPattern implements Pattern {
  readonly #text: ByteString;

  constructor(text: ByteString) {
    this.#text = text;
  }

  match(event: LineEvent): Match | undefined {
    return event.line.includes(this.#text) ? matchWithoutVariables : undefined;
  }
}
