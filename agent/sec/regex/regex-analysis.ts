import { childrenOf, type RegexNode } from './regex-tree.ts';

/**
 * Whether Perl's parser counts a node as one that can match more than the empty
 * string. It repeats a node that does not at most once.
 */
export function hasWidth(node: RegexNode): boolean {
  switch (node.kind) {
    case 'byte':
    case 'set':
    case 'line-break':
    case 'backreference':
      return true;
    case 'anchor':
    case 'look':
    case 'fail':
      return false;
    case 'beyond':
      return node.hasWidth;
    case 'quantifier':
      return node.max > 0 && node.max >= node.min && hasWidth(node.body);
    case 'conditional':
      return node.branches.some(hasWidth);
    default:
      return childrenOf(node).some(hasWidth);
  }
}

/** The longest text that a node can match, in bytes; Infinity without a bound. */
export function longestMatch(node: RegexNode): number {
  switch (node.kind) {
    case 'byte':
    case 'set':
      return 1;
    case 'line-break':
      return 2;
    case 'anchor':
    case 'look':
    case 'fail':
      return 0;
    case 'backreference':
      return Infinity;
    // Not known: nothing, so that no pattern is refused for it.
    case 'beyond':
      return 0;
    case 'sequence':
      return node.items.reduce((sum, item) => sum + longestMatch(item), 0);
    case 'quantifier': {
      const body = longestMatch(node.body);
      return body === 0 || node.max < node.min ? 0 : body * node.max;
    }
    case 'alternation':
    case 'conditional':
      return node.branches.reduce((most, branch) => Math.max(most, longestMatch(branch)), 0);
    case 'capture':
    case 'atomic':
      return longestMatch(node.body);
  }
}

/** Whether a node may match the empty string, as far as can be told without a text. */
export function canBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'byte':
    case 'set':
    case 'line-break':
    case 'fail':
      return false;
    case 'anchor':
    case 'look':
    case 'backreference':
    case 'beyond':
      return true;
    case 'sequence':
      return node.items.every(canBeEmpty);
    case 'alternation':
    case 'conditional':
      return node.branches.some(canBeEmpty);
    case 'quantifier':
      return node.min === 0 || canBeEmpty(node.body);
    case 'capture':
    case 'atomic':
      return canBeEmpty(node.body);
  }
}

/**
 * Whether all ways to match something are tried before any way to match the
 * empty string. Only then do Perl and JavaScript, which treat an empty round of
 * a loop in different ways, find the same match.
 */
export function triesEmptyLast(node: RegexNode): boolean {
  if (!canBeEmpty(node)) return true;
  switch (node.kind) {
    case 'anchor':
    case 'look':
      return true;
    case 'sequence':
      return node.items.every(triesEmptyLast);
    case 'alternation': {
      const last = node.branches.at(-1);
      const early = node.branches.slice(0, -1);
      return !early.some(canBeEmpty) && last !== undefined && triesEmptyLast(last);
    }
    case 'quantifier':
      return node.greed !== 'lazy' && triesEmptyLast(node.body);
    case 'capture':
    case 'atomic':
      return triesEmptyLast(node.body);
    default:
      return false;
  }
}

/** The groups in a node, whether or not they take part in a match. */
export function groupsIn(node: RegexNode): ReadonlySet<number> {
  const found = new Set<number>();
  collectGroups(node, found);
  return found;
}

function collectGroups(node: RegexNode, found: Set<number>): void {
  if (node.kind === 'capture') found.add(node.group);
  for (const child of childrenOf(node)) collectGroups(child, found);
}

/** The groups that are set whenever a node has matched. */
export function groupsAlwaysSet(node: RegexNode): ReadonlySet<number> {
  switch (node.kind) {
    case 'capture':
      return new Set([node.group, ...groupsAlwaysSet(node.body)]);
    case 'sequence':
      return new Set(node.items.flatMap((item) => [...groupsAlwaysSet(item)]));
    case 'alternation':
      return node.branches.map(groupsAlwaysSet).reduce((both, set) => both.intersection(set));
    case 'quantifier':
      return node.min > 0 ? groupsAlwaysSet(node.body) : new Set();
    case 'atomic':
      return groupsAlwaysSet(node.body);
    case 'look':
      return node.negative ? new Set() : groupsAlwaysSet(node.body);
    default:
      return new Set();
  }
}
