import type { ByteSet } from './byte-set.ts';

/**
 * A Perl regular expression as a tree. Flags are already worked in: `.` is a
 * set, `^` an anchor of its kind, white space of /x is gone. All nodes are
 * plain data and never change.
 */
export type RegexNode =
  | ByteNode
  | SetNode
  | LineBreakNode
  | AnchorNode
  | SequenceNode
  | AlternationNode
  | CaptureNode
  | QuantifierNode
  | AtomicNode
  | LookNode
  | BackreferenceNode
  | FailNode
  | ConditionalNode
  | BeyondNode;

/** One byte; `caseless` means that the other case of an ASCII letter matches too. */
export interface ByteNode {
  readonly kind: 'byte';
  readonly byte: number;
  readonly caseless: boolean;
}

/** One byte out of a set. Both cases are in the set where case does not count. */
export interface SetNode {
  readonly kind: 'set';
  readonly bytes: ByteSet;
}

/** `\R`: CR LF as one unit, or one vertical space; it never gives back the LF. */
export interface LineBreakNode {
  readonly kind: 'line-break';
}

export type AnchorPlace =
  | 'string-start'
  | 'string-end'
  /** The end, or before a newline that is the last byte. */
  | 'last-line-end'
  /** The start, or after a newline that is not the last byte. */
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'not-word-boundary';

export interface AnchorNode {
  readonly kind: 'anchor';
  readonly place: AnchorPlace;
}

/** Items one after the other; an empty sequence matches the empty string. */
export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly RegexNode[];
}

/** Two branches or more; the first that leads to a match wins. */
export interface AlternationNode {
  readonly kind: 'alternation';
  readonly branches: readonly RegexNode[];
}

/** A capture group. In a branch reset several groups share one number. */
export interface CaptureNode {
  readonly kind: 'capture';
  readonly group: number;
  readonly body: RegexNode;
}

export interface QuantifierNode {
  readonly kind: 'quantifier';
  readonly min: number;
  /** Infinity when there is no bound. Below `min` it can never match. */
  readonly max: number;
  readonly greed: 'greedy' | 'lazy' | 'possessive';
  readonly body: RegexNode;
}

/** `(?>...)`: what matched once is never tried in another way. */
export interface AtomicNode {
  readonly kind: 'atomic';
  readonly body: RegexNode;
}

export interface LookNode {
  readonly kind: 'look';
  readonly direction: 'ahead' | 'behind';
  readonly negative: boolean;
  readonly body: RegexNode;
}

/** The text of the first of these groups that is set. */
export interface BackreferenceNode {
  readonly kind: 'backreference';
  readonly groups: readonly number[];
  readonly caseless: boolean;
}

/** Never matches: `(*FAIL)`, `(?!)`. */
export interface FailNode {
  readonly kind: 'fail';
}

/** `(?(condition)yes|no)`; a condition that is an assertion is its tree. */
export interface ConditionalNode {
  readonly kind: 'conditional';
  readonly condition: LookNode | undefined;
  readonly branches: readonly RegexNode[];
}

/** Something that only Perl itself can match. */
export interface BeyondNode {
  readonly kind: 'beyond';
  readonly reason: string;
  /** Whether Perl's parser takes it for something that can match more than nothing. */
  readonly hasWidth: boolean;
  /** Whether a match may end here, so that what follows need not occur (`(*ACCEPT)`). */
  readonly mayAccept: boolean;
}

/** The tree and what the parser learned besides. */
export interface ParsedRegex {
  readonly tree: RegexNode;
  readonly groupCount: number;
  /** Each group name with its group numbers, in the order of the pattern. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** Constructs that give other bytes a meaning throughout the pattern (Unicode rules, locale). */
  readonly beyond: readonly string[];
}

export const emptySequence: SequenceNode = { kind: 'sequence', items: [] };

/** The nodes directly below a node, in the order of the pattern. */
export function childrenOf(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case 'sequence':
      return node.items;
    case 'alternation':
      return node.branches;
    case 'conditional':
      return node.condition === undefined ? node.branches : [node.condition, ...node.branches];
    case 'capture':
    case 'quantifier':
    case 'atomic':
    case 'look':
      return [node.body];
    default:
      return [];
  }
}
