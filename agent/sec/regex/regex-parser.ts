import type { ByteString } from '../../../protocol/byte-string.ts';
import { notNewline } from './byte-classes.ts';
import { ByteSet } from './byte-set.ts';
import { type GroupHead, readGroupHead } from './group-head.ts';
import { beyondNode, ParserState, unicodeCase } from './parser-state.ts';
import { type PartReader, readConditional } from './read-conditional.ts';
import { readEscape } from './read-escape.ts';
import { highBytes, readLiteral } from './read-literal.ts';
import { readQuantified } from './read-quantified.ts';
import { readNameEnd } from './read-reference.ts';
import { longestMatch } from './regex-analysis.ts';
import { readBracketedClass } from './regex-class-parser.ts';
import type { RegexFlags } from './regex-flags.ts';
import { errorOf, UnreadableRegex } from './regex-syntax-error.ts';
import {
  type AnchorPlace,
  childrenOf,
  type LookNode,
  type ParsedRegex,
  type RegexNode,
} from './regex-tree.ts';

/**
 * How many parentheses may stand inside one another here. What is deeper is left
 * to Perl, which takes 999: each costs several frames of the stack.
 */
const nestingMax = 200;
/** How far back a lookbehind may look, in bytes. */
const lookbehindBytesMax = 255;

/**
 * The tree of a Perl 5.36 regular expression that is given at run time: nothing
 * is interpolated, `\Q` and the like are letters, and there are no flags but
 * those in the pattern. Throws RegexSyntaxError for what Perl does not compile.
 */
export function parseRegex(pattern: ByteString): ParsedRegex {
  try {
    const first = new ParserState(pattern, undefined);
    const parsed = new RegexParser(first).parse();
    // As in Perl, references to what comes later are settled by a second reading.
    const settled = first.refersToGroups
      ? new RegexParser(new ParserState(pattern, parsed)).parse()
      : parsed;
    checkLookbehinds(settled.tree, pattern);
    return settled;
  } catch (error) {
    if (!(error instanceof UnreadableRegex)) throw error;
    const tree = beyondNode(error.reason, true);
    return { tree, groupCount: 0, names: new Map(), beyond: [error.reason] };
  }
}

function checkLookbehinds(node: RegexNode, pattern: ByteString): void {
  const isBehind = node.kind === 'look' && node.direction === 'behind';
  if (isBehind && longestMatch(node.body) > lookbehindBytesMax)
    throw errorOf(`Lookbehind longer than ${lookbehindBytesMax} not implemented`, pattern);
  for (const child of childrenOf(node)) checkLookbehinds(child, pattern);
}

/** The part of the grammar that holds itself: branches, their pieces, and groups. */
class RegexParser {
  readonly #state: ParserState;
  readonly #parts: PartReader = { branch: () => this.#branch(), group: () => this.#group(true) };
  #depth = 0;

  constructor(state: ParserState) {
    this.#state = state;
  }

  parse(): ParsedRegex {
    const tree = this.#alternation(false);
    const { cursor, groupCount, names, beyond } = this.#state;
    if (!cursor.atEnd) {
      cursor.position += 1;
      throw cursor.errorHere('Unmatched )');
    }
    return { tree, groupCount, names, beyond: [...beyond] };
  }

  /** Branches up to a closing parenthesis or the end. With `reset` all number groups alike. */
  #alternation(reset: boolean): RegexNode {
    const state = this.#state;
    const firstGroup = state.groupCount;
    const branches = [this.#branch()];
    let mostGroups = state.groupCount;
    while (state.cursor.peek() === '|') {
      state.next();
      if (reset) state.groupCount = firstGroup;
      branches.push(this.#branch());
      mostGroups = Math.max(mostGroups, state.groupCount);
    }
    state.groupCount = mostGroups;
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'alternation', branches };
  }

  #branch(): RegexNode {
    const { cursor } = this.#state;
    const items: RegexNode[] = [];
    this.#state.run = undefined;
    this.#state.skipIgnored();
    let start = cursor.position;
    while (!cursor.atEnd && cursor.peek() !== '|' && cursor.peek() !== ')') {
      const piece = this.#piece(start);
      // To Perl, flags and what they are followed by are one piece.
      if (piece === undefined) continue;
      items.push(piece);
      start = cursor.position;
    }
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'sequence', items };
  }

  /** An atom and its quantifier; nothing for `(?flags)`. */
  #piece(start: number): RegexNode | undefined {
    const state = this.#state;
    const atom = this.#atom();
    if (atom?.kind !== 'byte') state.run = undefined;
    if (atom === undefined) return undefined;
    state.skipIgnored();
    if (!state.cursor.atQuantifier()) return atom;
    state.run = undefined;
    return readQuantified(atom, start, state);
  }

  #atom(): RegexNode | undefined {
    const { cursor, flags } = this.#state;
    switch (cursor.peek()) {
      case '^':
        return this.#anchor(flags.multiline ? 'line-start' : 'string-start');
      case '$':
        return this.#dollar();
      case '.':
        this.#state.next();
        return { kind: 'set', bytes: flags.dotAll ? ByteSet.all : notNewline };
      case '[':
        return this.#class();
      case '(':
        this.#state.next();
        return this.#group(cursor.peek(-1) === '(');
      case '*':
      case '+':
      case '?':
        cursor.position += 1;
        throw cursor.errorHere('Quantifier follows nothing');
      case '\\':
        return readEscape(this.#state);
      default:
        return readLiteral(this.#state);
    }
  }

  #anchor(place: AnchorPlace): RegexNode {
    this.#state.next();
    return { kind: 'anchor', place };
  }

  #dollar(): RegexNode {
    const { cursor, flags, beyond } = this.#state;
    const anchor = this.#anchor(flags.multiline ? 'line-end' : 'last-line-end');
    // Perl 5.36 takes the NUL for the end of the pattern and forgets the anchor.
    if (cursor.peek() === '\0') beyond.add('a NUL after $');
    return anchor;
  }

  #class(): RegexNode {
    const state = this.#state;
    const { bytes, beyond } = readBracketedClass(state.cursor, state.flags);
    state.next();
    if (beyond !== undefined) return state.beyondAll(beyond);
    if (state.foldsByUnicode && !bytes.intersection(highBytes).isEmpty())
      return state.beyondAll(unicodeCase);
    return { kind: 'set', bytes };
  }

  /** A group; the cursor stands behind its parenthesis. Nothing for `(?flags)`. */
  #group(adjacent: boolean): RegexNode | undefined {
    const { cursor, flags } = this.#state;
    this.#depth += 1;
    if (this.#depth > nestingMax) throw new UnreadableRegex('very deep nesting');
    const start = cursor.position;
    const node = this.#groupOf(readGroupHead(cursor, flags, adjacent), start);
    this.#depth -= 1;
    return node;
  }

  #groupOf(head: GroupHead, start: number): RegexNode | undefined {
    const state = this.#state;
    switch (head.kind) {
      case 'node':
        state.next();
        return head.node;
      case 'flags':
        state.flags = head.flags;
        state.next();
        return undefined;
      case 'named-backreference':
        return readNameEnd(head.name, ')', head.shown, state);
      case 'recursion':
        return this.#recursion(head.sign, head.number);
      case 'named-recursion':
        state.groupsNamed(head.name);
        state.next();
        return beyondNode('recursion', true);
      case 'conditional':
        return readConditional(state, this.#parts);
      case 'plain':
        return this.#body(start, head.flags, false);
      case 'branch-reset':
        return this.#body(start, state.flags, true);
      case 'capture':
        return this.#capture(start, head.name);
      case 'atomic':
        return this.#atomic(start, head.named);
      case 'script-run':
        state.beyond.add('a script run');
        return this.#body(start, state.flags, false);
      case 'look':
        return this.#look(start, head.direction, head.negative);
    }
  }

  /** The inside of a group up to and with its closing parenthesis. */
  #body(start: number, flags: RegexFlags, reset: boolean): RegexNode {
    const state = this.#state;
    const { cursor, flags: outer } = state;
    state.flags = flags;
    const body = this.#alternation(reset);
    state.flags = outer;
    if (cursor.peek() !== ')') {
      cursor.position = start;
      throw cursor.errorHere('Unmatched (');
    }
    state.next();
    return body;
  }

  #capture(start: number, name: string | undefined): RegexNode {
    const state = this.#state;
    state.groupCount += 1;
    const group = state.groupCount;
    if (name !== undefined) {
      const groups = state.names.get(name) ?? [];
      if (!groups.includes(group)) groups.push(group);
      state.names.set(name, groups);
    }
    return { kind: 'capture', group, body: this.#body(start, state.flags, false) };
  }

  /** Perl's named form counts as an assertion, which forbids \K in it. */
  #atomic(start: number, named: boolean): RegexNode {
    this.#state.lookDepth += named ? 1 : 0;
    const body = this.#body(start, this.#state.flags, false);
    this.#state.lookDepth -= named ? 1 : 0;
    return { kind: 'atomic', body };
  }

  #look(start: number, direction: LookNode['direction'], negative: boolean): LookNode {
    this.#state.lookDepth += 1;
    const body = this.#body(start, this.#state.flags, false);
    this.#state.lookDepth -= 1;
    return { kind: 'look', direction, negative, body };
  }

  #recursion(sign: '' | '+' | '-', number: number): RegexNode {
    const state = this.#state;
    const { cursor, known, groupCount } = state;
    state.refersToGroups = true;
    const base = { '': 0, '+': groupCount, '-': groupCount + 1 }[sign];
    const group = sign === '-' ? base - number : base + number;
    const exists = known === undefined || group <= known.groupCount;
    if (!exists || (sign === '-' && group < 1)) {
      cursor.position += 1;
      throw cursor.errorHere('Reference to nonexistent group');
    }
    state.next();
    return beyondNode('recursion', true);
  }
}
