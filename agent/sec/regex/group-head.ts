import { isDigit, type RegexCursor } from './regex-cursor.ts';
import { type RegexFlags, readFlags } from './regex-flags.ts';
import { UnreadableRegex } from './regex-syntax-error.ts';
import { emptySequence } from './regex-tree.ts';
import { readVerb, type VerbHead } from './verb-head.ts';

/** What an opening parenthesis opens, or is if there is nothing more to read of it. */
export type GroupHead =
  | { readonly kind: 'capture'; readonly name: string | undefined }
  | { readonly kind: 'plain'; readonly flags: RegexFlags }
  | { readonly kind: 'branch-reset' }
  | VerbHead
  /** `(?flags)`: holds up to the end of the enclosing group. */
  | { readonly kind: 'flags'; readonly flags: RegexFlags }
  /** The cursor stands behind `(?(`. */
  | { readonly kind: 'conditional' }
  /** `(?1)` `(?-1)` `(?+1)`: the cursor stands on the closing parenthesis, as with the next two. */
  | { readonly kind: 'recursion'; readonly sign: '' | '+' | '-'; readonly number: number }
  | { readonly kind: 'named-recursion'; readonly name: string }
  | { readonly kind: 'named-backreference'; readonly name: string; readonly shown: string };

/**
 * Reads what follows an opening parenthesis. The cursor stands behind it, and
 * behind white space and comments if there were any (`adjacent` false).
 */
export function readGroupHead(
  cursor: RegexCursor,
  flags: RegexFlags,
  adjacent: boolean,
): GroupHead {
  if (cursor.atEnd) throw cursor.errorHere('Unmatched (');
  const char = cursor.peek();
  if (char === '*') return readVerb(cursor, adjacent);
  if (char === '?') return readQuestion(cursor, flags, adjacent);
  if (flags.noCapture) return { kind: 'plain', flags };
  return { kind: 'capture', name: undefined };
}

function readQuestion(cursor: RegexCursor, flags: RegexFlags, adjacent: boolean): GroupHead {
  const question = cursor.position;
  cursor.position += 1;
  if (!adjacent) throw cursor.errorHere("In '(?...)', the '(' and '?' must be adjacent");
  const letter = cursor.peek();
  if (letter === '' || letter === '\0') throw cursor.errorHere('Sequence (? incomplete');
  cursor.position += 1;
  switch (letter) {
    case ':':
      return { kind: 'plain', flags };
    case '>':
      return { kind: 'atomic', named: false };
    case '|':
      return { kind: 'branch-reset' };
    case '=':
      return readLook(cursor, flags, '?=', 'ahead', false);
    case '!':
      return readLook(cursor, flags, '?!', 'ahead', true);
    case '<':
      return readAngle(cursor, flags);
    case "'":
      return readName(cursor, "'", "(?'");
    case 'P':
      return readPython(cursor, question);
    case '(':
      return { kind: 'conditional' };
    case '?':
    case '{':
      return readCode(cursor, letter, question);
    case '[':
      throw new UnreadableRegex('an extended bracketed class');
    case '$':
    case '@':
      throw cursor.errorHere(`Sequence (?${letter}...) not implemented`);
    default:
      return readRecursionOrFlags(cursor, flags, letter);
  }
}

function readRecursionOrFlags(cursor: RegexCursor, flags: RegexFlags, letter: string): GroupHead {
  if (letter === 'R' || letter === '0') {
    if (cursor.peek() !== ')') throw cursor.errorOf('Sequence (?R) not terminated');
    return { kind: 'recursion', sign: '', number: 0 };
  }
  if (letter === '&') return readNamedRecursion(cursor);
  const next = cursor.peek();
  const startsNumber = isDigit(next) && next !== '0';
  if (letter === '+' && !startsNumber) {
    cursor.position += 1;
    throw cursor.errorHere('Illegal pattern');
  }
  if (letter === '+' || (letter === '-' && startsNumber)) return readRecursion(cursor, letter);
  cursor.position -= 1;
  if (isDigit(letter)) return readRecursion(cursor, '');
  const changed = readFlags(cursor, flags);
  if (cursor.peek() === ')') return { kind: 'flags', flags: changed };
  cursor.next(changed.extended);
  return { kind: 'plain', flags: changed };
}

function readRecursion(cursor: RegexCursor, sign: '' | '+' | '-'): GroupHead {
  const number = cursor.numberAt(cursor.position);
  cursor.skipDigits();
  if (number === Infinity) throw cursor.errorHere('Invalid reference to group');
  if (cursor.peek() !== ')') throw cursor.errorHere('Expecting close bracket');
  return { kind: 'recursion', sign, number };
}

function readNamedRecursion(cursor: RegexCursor): GroupHead {
  const name = cursor.groupName();
  if (cursor.peek() !== ')') throw cursor.errorHere('Sequence (?&... not terminated');
  return { kind: 'named-recursion', name };
}

function readPython(cursor: RegexCursor, question: number): GroupHead {
  const letter = cursor.peek();
  cursor.position += letter === '' ? 0 : 1;
  switch (letter) {
    case '<':
      if (cursor.atEnd) throw cursor.errorHere('Sequence (?P<... not terminated');
      return readName(cursor, '>', '(?<');
    case '>':
      if (cursor.atEnd) throw cursor.errorHere('Sequence (?P>... not terminated');
      return readNamedRecursion(cursor);
    case '=':
      return { kind: 'named-backreference', name: cursor.groupName(), shown: '?P=' };
    default: {
      const text = cursor.pattern.slice(question, cursor.position);
      throw cursor.errorHere(`Sequence (${text}...) not recognized`);
    }
  }
}

function readAngle(cursor: RegexCursor, flags: RegexFlags): GroupHead {
  const letter = cursor.peek();
  if (letter !== '=' && letter !== '!') return readName(cursor, '>', '(?<');
  cursor.position += 1;
  return readLook(cursor, flags, `?<${letter}`, 'behind', letter === '!');
}

/** An assertion without a body always holds, or never does. */
function readLook(
  cursor: RegexCursor,
  flags: RegexFlags,
  shown: string,
  direction: 'ahead' | 'behind',
  negative: boolean,
): GroupHead {
  cursor.skipIgnored(flags.extended);
  if (cursor.atEnd) throw cursor.errorHere(`Sequence (${shown}... not terminated`);
  if (cursor.peek() !== ')') return { kind: 'look', direction, negative };
  return { kind: 'node', node: negative ? { kind: 'fail' } : emptySequence };
}

function readName(cursor: RegexCursor, close: string, shown: string): GroupHead {
  const name = cursor.groupName();
  if (name === '' || cursor.peek() !== close)
    throw cursor.errorHere(`Sequence ${shown}... not terminated`);
  cursor.position += 1;
  return { kind: 'capture', name };
}

/** Code is not allowed in a pattern that is made at run time. */
function readCode(cursor: RegexCursor, letter: string, question: number): GroupHead {
  if (letter === '?' && cursor.peek() !== '{') {
    cursor.position += cursor.atEnd ? 0 : 1;
    const text = cursor.pattern.slice(question, cursor.position);
    throw cursor.errorHere(`Sequence (${text}...) not recognized`);
  }
  throw cursor.errorOf("Eval-group not allowed at runtime, use re 'eval'");
}
