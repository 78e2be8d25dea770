import type { ParserState } from './parser-state.ts';
import type { LookNode, RegexNode } from './regex-tree.ts';

/** What reads the parts of a conditional that are patterns themselves. */
export interface PartReader {
  /** A branch, up to a bar, a parenthesis or the end. */
  branch(): RegexNode;
  /** A group whose opening parenthesis was just read. */
  group(): RegexNode | undefined;
}

/** `(?(condition)yes|no)`; the cursor stands behind the second parenthesis. */
export function readConditional(state: ParserState, parts: PartReader): RegexNode {
  const { cursor, flags: outer } = state;
  const condition = readCondition(state, parts);
  const branches = [parts.branch()];
  let closer = cursor.peek();
  state.next();
  if (closer === '|') {
    if (condition.defines) throw cursor.errorHere('(?(DEFINE)....) does not allow branches');
    branches.push(parts.branch());
    closer = cursor.peek();
    state.next();
  }
  if (closer !== ')') {
    const what = cursor.atEnd ? 'not terminated' : 'contains too many branches';
    throw cursor.errorHere(`Switch (?(condition)... ${what}`);
  }
  state.flags = outer;
  return { kind: 'conditional', condition: condition.look, branches };
}

/** An assertion as condition; other groups are none. */
const assertion = /^(?:\?[=!<{]|\*(?:pla|plb|nla|nlb|(?:posi|nega)tive_look(?:ahead|behind)):)/;

/** Longer than any assertion's head, in bytes. */
const headLength = 24;

interface Condition {
  readonly look: LookNode | undefined;
  /** The branch is never matched here: it only holds groups for others. */
  readonly defines: boolean;
}

function readCondition(state: ParserState, parts: PartReader): Condition {
  const { cursor } = state;
  const rest = cursor.pattern.slice(cursor.position, cursor.position + headLength);
  if (assertion.test(rest)) {
    const node = parts.group();
    return { look: node?.kind === 'look' ? node : undefined, defines: false };
  }
  const defines = readSimpleCondition(rest, state);
  if (cursor.peek() !== ')') {
    cursor.position += cursor.atEnd ? 0 : 1;
    throw cursor.errorHere('Switch condition not recognized');
  }
  state.next();
  return { look: undefined, defines };
}

/** A group number, a name, R for recursion, or DEFINE; returns whether it is the last. */
function readSimpleCondition(rest: string, state: ParserState): boolean {
  const { cursor } = state;
  const close = { '<': '>', "'": "'" }[rest[0] ?? ''];
  if (close !== undefined) {
    cursor.position += 1;
    const name = cursor.groupName();
    state.groupsNamed(name);
    if (cursor.peek() !== close)
      throw cursor.errorHere(`Sequence (?(${rest[0] ?? ''}... not terminated`);
    cursor.position += 1;
  } else if (rest.startsWith('DEFINE')) {
    cursor.position += 'DEFINE'.length;
    return true;
  } else if (rest.startsWith('R')) {
    cursor.position += 1;
    if (cursor.peek() === '&') {
      cursor.position += 1;
      state.groupsNamed(cursor.groupName());
    } else if (cursor.peek() === '0') cursor.position += 1;
    else cursor.skipDigits();
  } else if (/^[1-9]/.test(rest)) {
    cursor.skipDigits();
  } else {
    cursor.position += cursor.atEnd ? 0 : 1;
    throw cursor.errorHere('Unknown switch condition (?(...))');
  }
  return false;
}
