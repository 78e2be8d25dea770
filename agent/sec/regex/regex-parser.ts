import type { ByteString } from '../../../protocol/byte-string.ts';
import { ESCAPE_CLASSES, NOT_NEWLINE } from './byte-classes.ts';
import { ByteSet, otherCase } from './byte-set.ts';
import { type GroupHead, readGroupHead } from './group-head.ts';
import { hasWidth, longestMatch } from './regex-analysis.ts';
import { readBracketedClass, readProperty } from './regex-class-parser.ts';
import { isLetter, RegexCursor } from './regex-cursor.ts';
import { FIRST_WIDE_CODE, readCharacterEscape, readNamedCharacter } from './regex-escapes.ts';
import { NO_FLAGS, type RegexFlags } from './regex-flags.ts';
import { errorOf, UnreadableRegex } from './regex-syntax-error.ts';
import {
  type AnchorPlace,
  childrenOf,
  type LookNode,
  type ParsedRegex,
  type QuantifierNode,
  type RegexNode,
} from './regex-tree.ts';

/** Perl repeats at most this often when a number says how often. */
const MOST_REPEATS = 65_534;
/**
 * How many parentheses may stand inside one another here. What is deeper is left
 * to Perl, which takes 999: each costs several frames of the stack.
 */
const DEEPEST_NESTING = 200;
/** How far back a lookbehind may look, in bytes. */
const LONGEST_LOOKBEHIND = 255;

/**
 * The tree of a Perl 5.36 regular expression that is given at run time: nothing
 * is interpolated, `\Q` and the like are letters, and there are no flags but
 * those in the pattern. Throws RegexSyntaxError for what Perl does not compile.
 */
export function parseRegex(pattern: ByteString): ParsedRegex {
  try {
    const first = new RegexParser(pattern, undefined);
    const parsed = first.parse();
    // As in Perl, references to what comes later are settled by a second reading.
    const settled = first.refersToGroups ? new RegexParser(pattern, parsed).parse() : parsed;
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
  if (isBehind && longestMatch(node.body) > LONGEST_LOOKBEHIND)
    throw errorOf(`Lookbehind longer than ${LONGEST_LOOKBEHIND} not implemented`, pattern);
  for (const child of childrenOf(node)) checkLookbehinds(child, pattern);
}

/** A run of literal bytes in the pattern: one rule of Perl's about braces depends on it. */
interface LiteralRun {
  readonly start: number;
  readonly folds: boolean;
}

class RegexParser {
  readonly #cursor: RegexCursor;
  /** What the first reading found; nothing while it is being made. */
  readonly #known: ParsedRegex | undefined;
  readonly #names = new Map<string, number[]>();
  readonly #beyond = new Set<string>();
  #flags: RegexFlags = NO_FLAGS;
  #groupCount = 0;
  #depth = 0;
  #lookDepth = 0;
  #run: LiteralRun | undefined;
  refersToGroups = false;

  constructor(pattern: ByteString, known: ParsedRegex | undefined) {
    this.#cursor = new RegexCursor(pattern);
    this.#known = known;
  }

  parse(): ParsedRegex {
    const tree = this.#alternation(false);
    if (!this.#cursor.atEnd) {
      this.#cursor.position += 1;
      throw this.#cursor.errorHere('Unmatched )');
    }
    return {
      tree,
      groupCount: this.#groupCount,
      names: this.#names,
      beyond: [...this.#beyond],
    };
  }

  /** Branches up to a closing parenthesis or the end. With `reset` all number groups alike. */
  #alternation(reset: boolean): RegexNode {
    const firstGroup = this.#groupCount;
    const branches = [this.#branch()];
    let mostGroups = this.#groupCount;
    while (this.#cursor.peek() === '|') {
      this.#next();
      if (reset) this.#groupCount = firstGroup;
      branches.push(this.#branch());
      mostGroups = Math.max(mostGroups, this.#groupCount);
    }
    this.#groupCount = mostGroups;
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'alternation', branches };
  }

  #branch(): RegexNode {
    const items: RegexNode[] = [];
    this.#run = undefined;
    this.#cursor.skipIgnored(this.#flags.extended);
    let start = this.#cursor.position;
    while (!this.#cursor.atEnd && this.#cursor.peek() !== '|' && this.#cursor.peek() !== ')') {
      const piece = this.#piece(start);
      // To Perl, flags and what they are followed by are one piece.
      if (piece === undefined) continue;
      items.push(piece);
      start = this.#cursor.position;
    }
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'sequence', items };
  }

  /** An atom and its quantifier; nothing for `(?flags)`. */
  #piece(start: number): RegexNode | undefined {
    const atom = this.#atom();
    if (atom?.kind !== 'byte') this.#run = undefined;
    if (atom === undefined) return undefined;
    this.#cursor.skipIgnored(this.#flags.extended);
    if (!this.#cursor.atQuantifier()) return atom;
    this.#run = undefined;
    return this.#quantified(atom, start);
  }

  #quantified(body: RegexNode, start: number): RegexNode {
    const cursor = this.#cursor;
    let { min, max } = this.#readBounds();
    if (max < min) return { kind: 'quantifier', min, max, greed: 'greedy', body };
    if (!hasWidth(body)) {
      if (max === Infinity && cursor.pattern.startsWith('\\K', start)) {
        const text = cursor.pattern.slice(start, cursor.position);
        throw cursor.errorHere(`${text} is forbidden - matches null string many times`);
      }
      max = Math.min(max, 1);
      min = Math.min(min, max);
    }
    const node: QuantifierNode = { kind: 'quantifier', min, max, greed: this.#readGreed(), body };
    if (cursor.atQuantifier()) {
      cursor.position += 1;
      throw cursor.errorHere('Nested quantifiers');
    }
    return node;
  }

  #readBounds(): { min: number; max: number } {
    const cursor = this.#cursor;
    const char = cursor.peek();
    const braces = cursor.bracesAt(cursor.position);
    if (braces === undefined) {
      this.#next();
      return { min: char === '+' ? 1 : 0, max: char === '?' ? 1 : Infinity };
    }
    const min = braces.min === undefined ? 0 : this.#bound(braces.min);
    const max = braces.max === undefined ? Infinity : this.#bound(braces.max);
    cursor.position = braces.end;
    this.#next();
    return { min, max };
  }

  #bound(digits: { readonly text: string; readonly end: number }): number {
    const { text, end } = digits;
    const leadingZero = text.length > 1 && text.startsWith('0');
    if (!leadingZero && Number(text) <= MOST_REPEATS) return Number(text);
    this.#cursor.position = end;
    if (leadingZero) throw this.#cursor.errorHere('Invalid quantifier in {,}');
    throw this.#cursor.errorHere(`Quantifier in {,} bigger than ${MOST_REPEATS}`);
  }

  #readGreed(): QuantifierNode['greed'] {
    const char = this.#cursor.peek();
    if (char !== '?' && char !== '+') return 'greedy';
    this.#next();
    return char === '?' ? 'lazy' : 'possessive';
  }

  #atom(): RegexNode | undefined {
    const cursor = this.#cursor;
    switch (cursor.peek()) {
      case '^':
        return this.#anchor(this.#flags.multiline ? 'line-start' : 'string-start');
      case '$':
        return this.#dollar();
      case '.':
        this.#next();
        return { kind: 'set', bytes: this.#flags.dotAll ? ByteSet.all : NOT_NEWLINE };
      case '[':
        return this.#class();
      case '(':
        this.#next();
        return this.#group(cursor.pattern[cursor.position - 1] === '(');
      case '*':
      case '+':
      case '?':
        cursor.position += 1;
        throw cursor.errorHere('Quantifier follows nothing');
      case '\\':
        return this.#escape();
      default:
        return this.#literal();
    }
  }

  #anchor(place: AnchorPlace): RegexNode {
    this.#next();
    return { kind: 'anchor', place };
  }

  #dollar(): RegexNode {
    const anchor = this.#anchor(this.#flags.multiline ? 'line-end' : 'last-line-end');
    // Perl 5.36 takes the NUL for the end of the pattern and forgets the anchor.
    if (this.#cursor.peek() === '\0') this.#beyond.add('a NUL after $');
    return anchor;
  }

  #class(): RegexNode {
    const { bytes, beyond } = readBracketedClass(this.#cursor, this.#flags);
    this.#next();
    if (beyond !== undefined) return this.#beyondAll(beyond);
    if (this.#foldsByUnicode() && !bytes.intersection(HIGH_BYTES).isEmpty())
      return this.#beyondAll(UNICODE_CASE);
    return { kind: 'set', bytes };
  }

  /** Under /a the case of bytes above 127 is Unicode's. */
  #foldsByUnicode(): boolean {
    return this.#flags.caseless && this.#flags.charset !== 'd';
  }

  /** A character whose presence changes what the rest of the pattern means. */
  #beyondAll(reason: string): RegexNode {
    this.#beyond.add(reason);
    return { kind: 'beyond', reason, hasWidth: true, mayAccept: false };
  }

  /** One literal byte, plain or escaped. */
  #literal(): RegexNode {
    const cursor = this.#cursor;
    const start = cursor.position;
    this.#checkBrace();
    const code = this.#literalCode();
    cursor.skipIgnored(this.#flags.extended);
    if (code >= FIRST_WIDE_CODE) return this.#beyondAll('a character above 255');
    if (this.#foldsByUnicode() && HIGH_BYTES.has(code)) return this.#beyondAll(UNICODE_CASE);
    const folds = this.#flags.caseless && CASED_IN_LATIN1.has(code);
    const continues = this.#run !== undefined && this.#run.folds === folds;
    this.#run = { start: continues && this.#run !== undefined ? this.#run.start : start, folds };
    const caseless = this.#flags.caseless && otherCase(code) !== undefined;
    return { kind: 'byte', byte: code, caseless };
  }

  #literalCode(): number {
    const cursor = this.#cursor;
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
  #checkBrace(): void {
    const cursor = this.#cursor;
    if (cursor.peek() !== '{' || this.#run === undefined) return;
    if (cursor.position <= this.#run.start + 1) return;
    if (!isLetter(cursor.peek(-1)) || cursor.peek(-2) !== '\\') return;
    cursor.position += 1;
    throw cursor.errorHere('Unescaped left brace in regex is illegal here');
  }

  #escape(): RegexNode {
    const cursor = this.#cursor;
    const letter = cursor.peek(1);
    const place = ANCHOR_ESCAPES.get(letter);
    if (place !== undefined) return this.#simple({ kind: 'anchor', place });
    const bytes = ESCAPE_CLASSES.get(letter);
    if (bytes !== undefined) return this.#simple({ kind: 'set', bytes });
    switch (letter) {
      case 'b':
      case 'B':
        return this.#boundary(letter);
      case 'R':
        return this.#simple({ kind: 'line-break' });
      case 'G':
        return this.#simple(beyondNode('\\G', false));
      case 'X':
        return this.#simple(beyondNode('\\X', true));
      case 'K':
        return this.#keep();
      case 'C':
        cursor.position += 1;
        throw cursor.errorHere('\\C no longer supported');
      case 'p':
      case 'P':
        cursor.position += 1;
        readProperty(cursor);
        return this.#beyondAll('a Unicode property');
      case 'N':
        return this.#named();
      case 'k':
        return this.#namedReference();
      case 'g':
        return this.#braceReference();
      default:
        return this.#digitReference() ?? this.#literal();
    }
  }

  /** An escape of one letter, which no brace may follow but a quantifier's. */
  #simple(node: RegexNode): RegexNode {
    const cursor = this.#cursor;
    cursor.position += 1;
    if (cursor.peek(1) === '{' && cursor.bracesAt(cursor.position + 1) === undefined) {
      cursor.position += 2;
      throw cursor.errorHere('Unescaped left brace in regex is illegal here');
    }
    this.#next();
    return node;
  }

  #keep(): RegexNode {
    if (this.#lookDepth === 0) return this.#simple(beyondNode('\\K', false));
    this.#cursor.position += 2;
    throw this.#cursor.errorHere('\\K not permitted in lookahead/lookbehind');
  }

  #boundary(letter: string): RegexNode {
    const cursor = this.#cursor;
    if (cursor.peek(2) !== '{') {
      const place = letter === 'b' ? 'word-boundary' : 'not-word-boundary';
      return this.#simple({ kind: 'anchor', place });
    }
    const close = cursor.pattern.indexOf('}', cursor.position);
    cursor.position += 3;
    if (close < 0) throw cursor.errorHere(`Missing right brace on \\${letter}{}`);
    const name = cursor.pattern.slice(cursor.position, close).replace(/^[ \t]+|[ \t]+$/g, '');
    if (name === '') {
      cursor.position = close + 1;
      throw cursor.errorHere(`Empty \\${letter}{}`);
    }
    if (!['g', 'gcb', 'lb', 'sb', 'wb'].includes(name)) {
      cursor.position = cursor.pattern.indexOf(name, cursor.position) + name.length;
      throw cursor.errorHere(`'${name}' is an unknown bound type`);
    }
    cursor.position = close;
    this.#next();
    this.#beyond.add('a Unicode boundary');
    return beyondNode('a Unicode boundary', false);
  }

  #named(): RegexNode {
    const cursor = this.#cursor;
    cursor.position += 2;
    const named = readNamedCharacter(cursor, this.#flags.extended);
    if (named.kind === 'not-newline') return { kind: 'set', bytes: NOT_NEWLINE };
    return this.#beyondAll('a named character');
  }

  /** `\k<name>` `\k'name'` `\k{name}` and `\g{name}`. */
  #namedReference(): RegexNode {
    const cursor = this.#cursor;
    const shown = cursor.pattern.slice(cursor.position, cursor.position + 3);
    const close = { '<': '>', "'": "'", '{': '}' }[cursor.peek(2)];
    if (close === undefined) {
      cursor.position += 2;
      throw cursor.errorHere(`Sequence ${shown.slice(0, 2)}... not terminated`);
    }
    cursor.position += 3;
    if (close === '}') cursor.skipBlanks();
    const name = cursor.groupName();
    return this.#nameEnd(name, close, shown);
  }

  #nameEnd(name: string, close: string, shown: string): RegexNode {
    const cursor = this.#cursor;
    const groups = this.#groupsNamed(name);
    if (close === '}' && name !== '') cursor.skipBlanks();
    if (name === '' || cursor.peek() !== close)
      throw cursor.errorHere(`Sequence ${shown}... not terminated`);
    this.#next();
    return { kind: 'backreference', groups, caseless: this.#flags.caseless };
  }

  #groupsNamed(name: string): readonly number[] {
    this.refersToGroups = true;
    if (this.#known === undefined || name === '') return [];
    const groups = this.#known.names.get(name);
    if (groups === undefined) throw this.#cursor.errorHere('Reference to nonexistent named group');
    return groups;
  }

  /** `\g1` `\g-1` `\g{1}` `\g{-1}`, and names as `\k` has them. */
  #braceReference(): RegexNode {
    const cursor = this.#cursor;
    const braced = cursor.peek(2) === '{';
    const close = braced ? cursor.pattern.indexOf('}', cursor.position) : -1;
    let at = cursor.position + (braced ? 3 : 2);
    if (close >= 0) while (/[ \t]/.test(cursor.pattern[at] ?? '')) at += 1;
    const relative = cursor.pattern[at] === '-';
    if (relative) at += 1;
    const startsNumber = /\d/.test(cursor.pattern[at] ?? '');
    if (braced && !startsNumber) return this.#namedReference();
    cursor.position = at;
    if (braced && close < 0) {
      cursor.skipDigits();
      throw cursor.errorHere('Unterminated \\g{...} pattern');
    }
    const number = this.#referenceNumber(relative);
    if (braced) cursor.position = close + 1;
    else cursor.skipDigits();
    return this.#reference(number);
  }

  #referenceNumber(relative: boolean): number {
    const cursor = this.#cursor;
    const number = cursor.numberAt(cursor.position);
    if (number === 0) throw cursor.errorHere('Reference to invalid group 0');
    if (number === Infinity) {
      const isNumber = /\d/.test(cursor.peek());
      throw cursor.errorHere(
        isNumber ? 'Reference to nonexistent group' : 'Unterminated \\g... pattern',
      );
    }
    if (!relative) return number;
    if (number > this.#groupCount)
      throw cursor.errorHere('Reference to nonexistent or unclosed group');
    return this.#groupCount + 1 - number;
  }

  /** `\1` and up, unless it is octal: two digits or more, and fewer groups so far. */
  #digitReference(): RegexNode | undefined {
    const cursor = this.#cursor;
    const first = cursor.peek(1);
    if (first < '1' || first > '9') return undefined;
    const number = cursor.numberAt(cursor.position + 1);
    if (number > 9 && number > this.#groupCount && first < '8') return undefined;
    cursor.position += 1;
    cursor.skipDigits();
    return this.#reference(number);
  }

  #reference(number: number): RegexNode {
    this.refersToGroups = true;
    if (this.#known !== undefined && number > this.#known.groupCount)
      throw this.#cursor.errorHere('Reference to nonexistent group');
    this.#cursor.skipIgnored(this.#flags.extended);
    return { kind: 'backreference', groups: [number], caseless: this.#flags.caseless };
  }

  /** A group; the cursor stands behind its parenthesis. Nothing for `(?flags)`. */
  #group(adjacent: boolean): RegexNode | undefined {
    const cursor = this.#cursor;
    this.#depth += 1;
    if (this.#depth > DEEPEST_NESTING) throw new UnreadableRegex('very deep nesting');
    const start = cursor.position;
    const head = readGroupHead(cursor, this.#flags, adjacent);
    const node = this.#groupOf(head, start);
    this.#depth -= 1;
    return node;
  }

  #groupOf(head: GroupHead, start: number): RegexNode | undefined {
    switch (head.kind) {
      case 'node':
        this.#next();
        return head.node;
      case 'flags':
        this.#setFlags(head.flags);
        this.#next();
        return undefined;
      case 'named-backreference':
        return this.#nameEnd(head.name, ')', head.shown);
      case 'recursion':
        return this.#recursion(head.sign, head.number);
      case 'named-recursion':
        this.#groupsNamed(head.name);
        this.#next();
        return beyondNode('recursion', true);
      case 'conditional':
        return this.#conditional();
      case 'plain':
        return this.#body(start, head.flags, false);
      case 'branch-reset':
        return this.#body(start, this.#flags, true);
      case 'capture':
        return this.#capture(start, head.name);
      case 'atomic':
        return this.#atomic(start, head.named);
      case 'script-run':
        this.#beyond.add('a script run');
        return this.#body(start, this.#flags, false);
      case 'look':
        return this.#look(start, head.direction, head.negative);
    }
  }

  #setFlags(flags: RegexFlags): void {
    if (flags.charset === 'u') this.#beyond.add('Unicode rules');
    if (flags.charset === 'l') this.#beyond.add('locale rules');
    this.#flags = flags;
  }

  /** The inside of a group up to and with its closing parenthesis. */
  #body(start: number, flags: RegexFlags, reset: boolean): RegexNode {
    const cursor = this.#cursor;
    const outer = this.#flags;
    this.#setFlags(flags);
    const body = this.#alternation(reset);
    this.#flags = outer;
    if (cursor.peek() !== ')') {
      cursor.position = start;
      throw cursor.errorHere('Unmatched (');
    }
    this.#next();
    return body;
  }

  #capture(start: number, name: string | undefined): RegexNode {
    this.#groupCount += 1;
    const group = this.#groupCount;
    if (name !== undefined) {
      const groups = this.#names.get(name) ?? [];
      if (!groups.includes(group)) groups.push(group);
      this.#names.set(name, groups);
    }
    return { kind: 'capture', group, body: this.#body(start, this.#flags, false) };
  }

  /** Perl's named form counts as an assertion, which forbids \K in it. */
  #atomic(start: number, named: boolean): RegexNode {
    this.#lookDepth += named ? 1 : 0;
    const body = this.#body(start, this.#flags, false);
    this.#lookDepth -= named ? 1 : 0;
    return { kind: 'atomic', body };
  }

  #look(start: number, direction: LookNode['direction'], negative: boolean): LookNode {
    this.#lookDepth += 1;
    const body = this.#body(start, this.#flags, false);
    this.#lookDepth -= 1;
    return { kind: 'look', direction, negative, body };
  }

  #recursion(sign: '' | '+' | '-', number: number): RegexNode {
    const cursor = this.#cursor;
    this.refersToGroups = true;
    const base = { '': 0, '+': this.#groupCount, '-': this.#groupCount + 1 }[sign];
    const group = sign === '-' ? base - number : base + number;
    const exists = this.#known === undefined || group <= this.#known.groupCount;
    if (!exists || (sign === '-' && group < 1)) {
      cursor.position += 1;
      throw cursor.errorHere('Reference to nonexistent group');
    }
    this.#next();
    return beyondNode('recursion', true);
  }

  /** `(?(condition)yes|no)`; the cursor stands behind the second parenthesis. */
  #conditional(): RegexNode {
    const cursor = this.#cursor;
    const condition = this.#condition();
    const outer = this.#flags;
    const branches = [this.#branch()];
    let closer = cursor.peek();
    this.#next();
    if (closer === '|') {
      if (condition.defines) throw cursor.errorHere('(?(DEFINE)....) does not allow branches');
      branches.push(this.#branch());
      closer = cursor.peek();
      this.#next();
    }
    if (closer !== ')') {
      const what = cursor.atEnd ? 'not terminated' : 'contains too many branches';
      throw cursor.errorHere(`Switch (?(condition)... ${what}`);
    }
    this.#flags = outer;
    return { kind: 'conditional', condition: condition.look, branches };
  }

  #condition(): { readonly look: LookNode | undefined; readonly defines: boolean } {
    const cursor = this.#cursor;
    const named = /^\*(?:pla|plb|nla|nlb|(?:posi|nega)tive_look(?:ahead|behind)):/;
    const rest = cursor.pattern.slice(cursor.position, cursor.position + 24);
    if (/^\?[=!<{]/.test(rest) || named.test(rest)) {
      const node = this.#group(true);
      return { look: node?.kind === 'look' ? node : undefined, defines: false };
    }
    const defines = this.#simpleCondition(rest);
    if (cursor.peek() !== ')') {
      cursor.position += cursor.atEnd ? 0 : 1;
      throw cursor.errorHere('Switch condition not recognized');
    }
    this.#next();
    return { look: undefined, defines };
  }

  /** A group number, a name, R for recursion, or DEFINE; returns whether it is the last. */
  #simpleCondition(rest: string): boolean {
    const cursor = this.#cursor;
    const close = { '<': '>', "'": "'" }[rest[0] ?? ''];
    if (close !== undefined) {
      cursor.position += 1;
      const name = cursor.groupName();
      this.#groupsNamed(name);
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
        this.#groupsNamed(cursor.groupName());
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

  #next(): void {
    this.#cursor.next(this.#flags.extended);
  }
}

const HIGH_BYTES = ByteSet.range(0x80, 0xff);
const UNICODE_CASE = 'Unicode case of bytes above 127';
/** Bytes that have a case in Latin-1, whether or not Perl heeds it. */
const CASED_IN_LATIN1 = ByteSet.range(0x41, 0x5a)
  .union(ByteSet.range(0x61, 0x7a))
  .union(ByteSet.of(0xb5))
  .union(ByteSet.range(0xc0, 0xff).intersection(ByteSet.of(0xd7, 0xf7).complement()));

const ANCHOR_ESCAPES: ReadonlyMap<string, AnchorPlace> = new Map([
  ['A', 'string-start'],
  ['z', 'string-end'],
  ['Z', 'last-line-end'],
]);

function beyondNode(reason: string, width: boolean): RegexNode {
  return { kind: 'beyond', reason, hasWidth: width, mayAccept: false };
}
