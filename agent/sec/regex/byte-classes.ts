import { ByteSet } from './byte-set.ts';

/*
 * What Perl's classes hold for strings of bytes without locale and without
 * Unicode rules (perlrecharclass: the default, "/d", for strings that are not
 * UTF-8): ASCII only, but \h, \v and \R know no-break space and next line.
 */

export const digitBytes: ByteSet = ByteSet.range(0x30, 0x39);

const lowerBytes = ByteSet.range(0x61, 0x7a);
const upperBytes = ByteSet.range(0x41, 0x5a);
const alphaBytes = lowerBytes.union(upperBytes);
const alnumBytes = alphaBytes.union(digitBytes);
const graphBytes = ByteSet.range(0x21, 0x7e);
const blankBytes = ByteSet.ofText(' \t');

export const wordBytes: ByteSet = alnumBytes.union(ByteSet.ofText('_'));
const spaceBytes = ByteSet.ofText('\t\n\v\f\r ');
const horizontalSpaceBytes = ByteSet.ofText(' \t\xa0');
export const verticalSpaceBytes: ByteSet = ByteSet.ofText('\n\v\f\r\x85');
const newline = ByteSet.ofText('\n');
export const notNewline: ByteSet = newline.complement();

/** The classes named by one escape letter; the capital letter is the complement. */
export const escapeClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['d', digitBytes],
  ['D', digitBytes.complement()],
  ['w', wordBytes],
  ['W', wordBytes.complement()],
  ['s', spaceBytes],
  ['S', spaceBytes.complement()],
  ['h', horizontalSpaceBytes],
  ['H', horizontalSpaceBytes.complement()],
  ['v', verticalSpaceBytes],
  ['V', verticalSpaceBytes.complement()],
]);

/** The classes of `[[:name:]]`. */
const posixClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', alnumBytes],
  ['alpha', alphaBytes],
  ['ascii', ByteSet.range(0, 0x7f)],
  ['blank', blankBytes],
  ['cntrl', ByteSet.range(0, 0x1f).union(ByteSet.of(0x7f))],
  ['digit', digitBytes],
  ['graph', graphBytes],
  ['lower', lowerBytes],
  ['print', graphBytes.union(ByteSet.ofText(' '))],
  ['punct', graphBytes.intersection(alnumBytes.complement())],
  ['space', spaceBytes],
  ['upper', upperBytes],
  ['word', wordBytes],
  ['xdigit', digitBytes.union(ByteSet.ofText('abcdefABCDEF'))],
]);

/**
 * The bytes of the POSIX class `name`, or nothing when Perl knows no such class.
 * Without regard to case, `upper` and `lower` both mean any letter with a case.
 */
export function posixClass(name: string, caseless: boolean): ByteSet | undefined {
  return caseless && (name === 'upper' || name === 'lower') ? alphaBytes : posixClasses.get(name);
}
