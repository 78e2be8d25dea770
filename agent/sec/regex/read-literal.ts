import { ByteSet, otherCase } from './byte-set.ts';
import { type ParserState, unicodeCase } from './parser-state.ts';
import { isLetter } from './regex-cursor.ts';
import { firstWideCode, readCharacterEscape } from './regex-escapes.ts';
import type { RegexNode } from './regex-tree.ts';

export const highBytes = ByteSet.range(0x80, 0xff);

/** Bytes that have a case in Latin-1, whether or not Perl heeds it. */
const casedInLatin1 = ByteSet.range(0x41, 0x5a)
  .union(ByteSet.range(0x61, 0x7a))
  .union(ByteSet.of(0xb5))
  .union(ByteSet.range(0xc0, 0xff).intersection(ByteSet.of(0xd7, 0xf7).complement()));

/** One literal byte, plain or escaped. */
export function readLiteral(state: ParserState): RegexNode {
  const { cursor, flags } = state;
  const start = cursor.position;
  checkBrace(state);
  const code = readCode(state);
  state.skipIgnored();
  if (code >= firstWideCode) return state.beyondAll('a character above 255');
  if (state.foldsByUnicode && highBytes.has(code)) return state.beyondAll(unicodeCase);
  const folds = flags.caseless && casedInLatin1.has(code);
  const { run } = state;
  state.run = { start: run?.folds === folds ? run.start : start, folds };
  const caseless = flags.caseless && otherCase(code) !== undefined;
  return { kind: 'byte', byte: code, caseless };
}

function readCode({ cursor }: ParserState): number {
  if (cursor.peek() !== '\\') {
    cursor.position += 1;
    return cursor.peek(-1).charCodeAt(0);
  }
  cursor.position += 1;
  if (cursor.atEnd) throw cursor.errorOf('Trailing \\');
  const code = readCharacterEscape(cursor);
  if (code !== undefined) return code;
  cursor.position += 1;
  return cursor.peek(-1).charCodeAt(0);
}

/** An escaped letter and a brace that is no quantifier: Perl keeps the form for the future. */
function checkBrace({ cursor, run }: ParserState): void {
  if (cursor.peek() !== '{' || run === undefined) return;
  if (cursor.position <= run.start + 1) return;
  if (!isLetter(cursor.peek(-1)) || cursor.peek(-2) !== '\\') return;
  cursor.position += 1;
  throw cursor.errorHere('Unescaped left brace in regex is illegal here');
}
