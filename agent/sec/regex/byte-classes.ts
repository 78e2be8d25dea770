import { ByteSet } from './byte-set.ts';

/*
 * What Perl's classes hold for strings of bytes without locale and without
 * Unicode rules (perlrecharclass: the default, "/d", for strings that are not
 * UTF-8): ASCII only, but \h, \v and \R know no-break space and next line.
 */

const LOWER = ByteSet.range(0x61, 0x7a);
const UPPER = ByteSet.range(0x41, 0x5a);
const DIGIT = ByteSet.range(0x30, 0x39);
const ALPHA = LOWER.union(UPPER);
const ALNUM = ALPHA.union(DIGIT);
const GRAPH = ByteSet.range(0x21, 0x7e);
const BLANK = ByteSet.ofText(' \t');

export const WORD_BYTES: ByteSet = ALNUM.union(ByteSet.ofText('_'));
export const DIGIT_BYTES: ByteSet = DIGIT;
export const SPACE_BYTES: ByteSet = ByteSet.ofText('\t\n\v\f\r ');
export const HORIZONTAL_SPACE_BYTES: ByteSet = ByteSet.ofText(' \t\xa0');
export const VERTICAL_SPACE_BYTES: ByteSet = ByteSet.ofText('\n\v\f\r\x85');
export const NEWLINE: ByteSet = ByteSet.ofText('\n');
export const NOT_NEWLINE: ByteSet = NEWLINE.complement();

/** The classes named by one escape letter; the capital letter is the complement. */
export const ESCAPE_CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['d', DIGIT],
  ['D', DIGIT.complement()],
  ['w', WORD_BYTES],
  ['W', WORD_BYTES.complement()],
  ['s', SPACE_BYTES],
  ['S', SPACE_BYTES.complement()],
  ['h', HORIZONTAL_SPACE_BYTES],
  ['H', HORIZONTAL_SPACE_BYTES.complement()],
  ['v', VERTICAL_SPACE_BYTES],
  ['V', VERTICAL_SPACE_BYTES.complement()],
]);

/** The classes of `[[:name:]]`. */
const POSIX_CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', ALNUM],
  ['alpha', ALPHA],
  ['ascii', ByteSet.range(0, 0x7f)],
  ['blank', BLANK],
  ['cntrl', ByteSet.range(0, 0x1f).union(ByteSet.of(0x7f))],
  ['digit', DIGIT],
  ['graph', GRAPH],
  ['lower', LOWER],
  ['print', GRAPH.union(ByteSet.ofText(' '))],
  ['punct', GRAPH.intersection(ALNUM.complement())],
  ['space', SPACE_BYTES],
  ['upper', UPPER],
  ['word', WORD_BYTES],
  ['xdigit', DIGIT.union(ByteSet.ofText('abcdefABCDEF'))],
]);

/**
 * The bytes of the POSIX class `name`, or nothing when Perl knows no such class.
 * Without regard to case, `upper` and `lower` both mean any letter with a case.
 */
export function posixClass(name: string, caseless: boolean): ByteSet | undefined {
  return caseless && (name === 'upper' || name === 'lower') ? ALPHA : POSIX_CLASSES.get(name);
}
