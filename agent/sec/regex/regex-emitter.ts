import { digitBytes, notNewline, wordBytes } from './byte-classes.ts';
import { ByteSet } from './byte-set.ts';
import { leadingRun } from './leading-run.ts';
import { canBeEmpty } from './regex-analysis.ts';
import type { AnchorPlace, QuantifierNode, RegexNode } from './regex-tree.ts';

/** A JavaScript pattern, to be compiled without flags. */
export interface EmittedRegex {
  readonly source: string;
  /** For each group of Perl's, by number, the JavaScript groups that stand for it. Entry 0 is [0]. */
  readonly groups: readonly (readonly number[])[];
}

/** What the pattern will be matched against: lines, which hold no newline, or any text. */
export type RegexTexts = 'lines' | 'any text';

/**
 * Writes a tree as a JavaScript pattern that matches the same bytes in the same
 * way. The tree must be one for which `reasonForPerl` finds nothing.
 */
export function emitRegex(tree: RegexNode, groupCount: number, texts: RegexTexts): EmittedRegex {
  const emitter = new Emitter(groupCount, texts === 'lines' ? lineAnchors : anchorSources);
  const branches = tree.kind === 'alternation' ? tree.branches : [tree];
  const sources = branches.map((branch) => {
    const run = leadingRun(tree, branch);
    return (run === undefined ? '' : runStart(run, texts)) + emitter.sequence(branch);
  });
  return { source: sources.join('|'), groups: emitter.groups };
}

/** Where a run of some bytes begins: V8 would try each byte of it. */
function runStart(bytes: ByteSet, texts: RegexTexts): string {
  const coversLines = bytes.intersection(notNewline).equals(notNewline);
  if (bytes.equals(ByteSet.all) || (coversLines && texts === 'lines')) return '^';
  return `(?<!${setSource(bytes)})`;
}

const anchorSources: Readonly<Record<AnchorPlace, string>> = {
  'string-start': '^',
  'string-end': '$',
  'last-line-end': '(?=\\n?$)',
  'line-start': '(?:^|(?<=\\n)(?!$))',
  'line-end': '(?![^\\n])',
  'word-boundary': '\\b',
  'not-word-boundary': '\\B',
};

/**
 * Without a newline in the text its end needs no look ahead. That matters: V8's linear
 * engine, the way out of endless backtracking, takes no pattern that looks ahead.
 */
const lineAnchors: typeof anchorSources = {
  ...anchorSources,
  'last-line-end': '$',
  'line-start': '^',
  'line-end': '$',
};

/** CR LF is never taken apart. */
const lineBreak = '(?:\\r\\n|[\\n\\v\\f\\x85]|\\r(?!\\n))';
const noMatch = '(?!)';

class Emitter {
  readonly groups: number[][];
  readonly #anchors: typeof anchorSources;
  #groupCount = 0;

  constructor(groupCount: number, anchors: typeof anchorSources) {
    this.#anchors = anchors;
    this.groups = Array.from({ length: groupCount + 1 }, () => []);
    this.groups[0]?.push(0);
  }

  /** Source that may have a bar at its top. */
  alternatives(node: RegexNode): string {
    if (node.kind === 'alternation')
      return node.branches.map((branch) => this.sequence(branch)).join('|');
    return this.sequence(node);
  }

  /** Source without a bar at its top. */
  sequence(node: RegexNode): string {
    if (node.kind !== 'sequence') return this.#item(node);
    return node.items.map((item) => this.#item(item)).join('');
  }

  /** Source that may stand next to other items. */
  #item(node: RegexNode): string {
    switch (node.kind) {
      case 'byte':
        return byteSource(node.byte, node.caseless);
      case 'set':
        return setSource(node.bytes);
      case 'line-break':
        return lineBreak;
      case 'anchor':
        return this.#anchors[node.place];
      case 'sequence':
      case 'alternation':
        return `(?:${this.alternatives(node)})`;
      case 'capture':
        return this.#capture(node.group, node.body);
      case 'quantifier':
        return this.#quantifier(node);
      case 'atomic':
        return this.#atomic(() => this.alternatives(node.body));
      case 'look': {
        const behind = node.direction === 'behind' ? '<' : '';
        return `(?${behind}${node.negative ? '!' : '='}${this.alternatives(node.body)})`;
      }
      case 'backreference':
        return this.#backreference(node.groups);
      case 'fail':
        return noMatch;
      case 'conditional':
      case 'beyond':
        throw new Error(`a ${node.kind} node has no JavaScript form`);
    }
  }

  #capture(group: number, body: RegexNode): string {
    this.#groupCount += 1;
    this.groups[group]?.push(this.#groupCount);
    return `(${this.alternatives(body)})`;
  }

  /** A lookahead is never entered twice, and what it captured is then taken as it is. */
  #atomic(body: () => string): string {
    this.#groupCount += 1;
    const own = this.#groupCount;
    return `(?:(?=(${body()}))\\${own})`;
  }

  /** Of the groups that share a number at most one is set, and an unset one matches nothing. */
  #backreference(groups: readonly number[]): string {
    const references = groups.flatMap((group) => this.groups[group] ?? []);
    return `(?:${references.map((group) => `\\${group}`).join('')})`;
  }

  #quantifier(node: QuantifierNode): string {
    if (node.greed === 'possessive') return this.#atomic(() => this.#loop(node));
    return this.#loop(node);
  }

  #loop(node: QuantifierNode): string {
    const lazy = node.greed === 'lazy' ? '?' : '';
    if (node.max < node.min) return `(?:${noMatch}${this.#item(node.body)})`;
    if (node.min === 0 && node.max === 1 && canBeEmpty(node.body)) {
      // JavaScript takes back a round that matched nothing, and the groups in it.
      const body = this.alternatives(node.body);
      return lazy === '' ? `(?:(?:${body})|)` : `(?:|(?:${body}))`;
    }
    return `${this.#repeatable(node.body)}${boundsSource(node.min, node.max)}${lazy}`;
  }

  /** Source that a quantifier can follow. */
  #repeatable(node: RegexNode): string {
    const source = this.#item(node);
    const wraps = node.kind === 'quantifier' || node.kind === 'look' || node.kind === 'anchor';
    return wraps || node.kind === 'fail' ? `(?:${source})` : source;
  }
}

function boundsSource(min: number, max: number): string {
  if (min === 0 && max === Infinity) return '*';
  if (min === 1 && max === Infinity) return '+';
  if (min === 0 && max === 1) return '?';
  if (min === max) return `{${min}}`;
  return max === Infinity ? `{${min},}` : `{${min},${max}}`;
}

function byteSource(byte: number, caseless: boolean): string {
  const set = ByteSet.of(byte);
  return caseless ? setSource(set.withBothCases()) : plainByte(byte);
}

/** A byte outside a class. */
function plainByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (/[\w \-"#%&',/:;<=>@`~!]/.test(char)) return char;
  if (/[$()*+.?[\\\]^{|}]/.test(char)) return `\\${char}`;
  return hexEscape(byte);
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

const shortSets: readonly (readonly [ByteSet, string])[] = [
  [ByteSet.all, '[^]'],
  [ByteSet.none, noMatch],
  [digitBytes, '\\d'],
  [digitBytes.complement(), '\\D'],
  [wordBytes, '\\w'],
  [wordBytes.complement(), '\\W'],
];

function setSource(set: ByteSet): string {
  for (const [known, source] of shortSets) if (set.equals(known)) return source;
  const [first, ...others] = set.bytes();
  if (first !== undefined && others.length === 0) return plainByte(first);
  const inside = rangesSource(set);
  const outside = rangesSource(set.complement());
  return outside.length < inside.length ? `[^${outside}]` : `[${inside}]`;
}

function rangesSource(set: ByteSet): string {
  return set
    .ranges()
    .map(([first, last]) => {
      if (first === last) return classByte(first);
      const dash = last === first + 1 ? '' : '-';
      return `${classByte(first)}${dash}${classByte(last)}`;
    })
    .join('');
}

function classByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (/[\w !"#$%&'()*+,./:;<=>?@`{|}~]/.test(char)) return char;
  if (/[-[\\\]^]/.test(char)) return `\\${char}`;
  return hexEscape(byte);
}
