import type { RegexCursor } from './regex-cursor.ts';
import { emptySequence, type RegexNode } from './regex-tree.ts';

/** What `(*` opens: an assertion or a group that has a name, or a verb. The first two have other forms, too. */
export type VerbHead =
  /** `(?>`, or `(*atomic:` when `named`. */
  | { readonly kind: 'atomic'; readonly named: boolean }
  | { readonly kind: 'look'; readonly direction: 'ahead' | 'behind'; readonly negative: boolean }
  /** `(*sr:`: a group whose text is of one script, which only Unicode tables tell. */
  | { readonly kind: 'script-run' }
  /** Complete; the cursor stands on the closing parenthesis. */
  | { readonly kind: 'node'; readonly node: RegexNode };

/** The assertions that have names: `(*pla:...)` is `(?=...)`. */
const namedGroups: ReadonlyMap<string, VerbHead> = new Map<string, VerbHead>([
  ['pla', { kind: 'look', direction: 'ahead', negative: false }],
  ['positive_lookahead', { kind: 'look', direction: 'ahead', negative: false }],
  ['nla', { kind: 'look', direction: 'ahead', negative: true }],
  ['negative_lookahead', { kind: 'look', direction: 'ahead', negative: true }],
  ['plb', { kind: 'look', direction: 'behind', negative: false }],
  ['positive_lookbehind', { kind: 'look', direction: 'behind', negative: false }],
  ['nlb', { kind: 'look', direction: 'behind', negative: true }],
  ['negative_lookbehind', { kind: 'look', direction: 'behind', negative: true }],
  ['atomic', { kind: 'atomic', named: true }],
  ['sr', { kind: 'script-run' }],
  ['script_run', { kind: 'script-run' }],
  ['asr', { kind: 'script-run' }],
  ['atomic_script_run', { kind: 'script-run' }],
]);

const verbNames: readonly string[] = ['ACCEPT', 'COMMIT', 'PRUNE', 'SKIP', 'THEN', 'MARK', ''];

/**
 * Reads `(*VERB)`, `(*VERB:argument)` or `(*name:pattern)`. The cursor stands on
 * the asterisk. It is left on the pattern, or on the parenthesis that closes a verb.
 */
export function readVerb(cursor: RegexCursor, adjacent: boolean): VerbHead {
  const start = cursor.position + 1;
  if (!adjacent) throw notAdjacent(cursor);
  const rest = cursor.pattern.slice(cursor.position);
  const text = /^[^:)]*/.exec(rest)?.[0] ?? '';
  const hasUpper = /[A-Z]/.test(text);
  const name = text.slice(1);
  cursor.position += text.length;
  const colon = cursor.peek() === ':' ? cursor.position : undefined;
  const close = cursor.pattern.indexOf(')', cursor.position);
  if (close < 0) throw unterminated(cursor, hasUpper, colon !== undefined);
  cursor.position = close;
  const group = namedGroups.get(name);
  if (group !== undefined) {
    if (colon === undefined) throw cursor.errorHere(`'(*${name}' requires a terminating ':'`);
    if (group.kind === 'look' && colon + 1 === close)
      return { kind: 'node', node: group.negative ? { kind: 'fail' } : emptySequence };
    cursor.position = colon + 1;
    return group;
  }
  return {
    kind: 'node',
    node: verb(cursor, name, hasUpper, close > (colon ?? start) + 1 && colon !== undefined),
  };
}

function verb(
  cursor: RegexCursor,
  name: string,
  hasUpper: boolean,
  hasArgument: boolean,
): RegexNode {
  if (name === 'F' || name === 'FAIL') return { kind: 'fail' };
  if (!verbNames.includes(name)) {
    cursor.position += 1;
    throw cursor.errorHere(
      hasUpper ? `Unknown verb pattern '${name}'` : `Unknown '(*...)' construct '${name}'`,
    );
  }
  if ((name === 'MARK' || name === '') && !hasArgument) {
    if (name === '' && cursor.pattern[cursor.position - 1] === '*') {
      cursor.position += 1;
      throw cursor.errorHere(`Unknown verb pattern ''`);
    }
    throw cursor.errorHere(`Verb pattern '${name}' has a mandatory argument`);
  }
  return {
    kind: 'beyond',
    reason: 'a backtracking verb',
    hasWidth: false,
    mayAccept: name === 'ACCEPT',
  };
}

function notAdjacent(cursor: RegexCursor): Error {
  cursor.position += 1;
  const form = /[A-Z]/.test(cursor.peek()) ? '(*VERB...)' : '(*...)';
  return cursor.errorHere(`In '${form}', the '(' and '*' must be adjacent`);
}

function unterminated(cursor: RegexCursor, hasUpper: boolean, hasColon: boolean): Error {
  cursor.position = cursor.pattern.length;
  if (hasUpper) return cursor.errorHere(`Unterminated verb pattern${hasColon ? ' argument' : ''}`);
  return cursor.errorHere(`Unterminated '(*...' ${hasColon ? 'argument' : 'construct'}`);
}
