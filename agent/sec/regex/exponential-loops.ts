import { automatonOfLoop, type PositionAutomaton } from './position-automaton.ts';
import { childrenOf, type QuantifierNode, type RegexNode } from './regex-tree.ts';

/**
 * Whether a pattern may take time that doubles with each byte of a line: a repetition
 * that can go round in two ways over the same text, with something behind it that may fail and send
 * the matcher back through all of them. `(\w+\s?)*;` and `(a|aa)+$` are, `(\d+\.)+x` is not.
 */
export function hasExponentialLoop(tree: RegexNode): boolean {
  return search(tree, false);
}

function search(node: RegexNode, mayFailAfter: boolean): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some((item, index) =>
        search(item, mayFailAfter || node.items.slice(index + 1).some(mayFail)),
      );
    case 'quantifier':
      if (mayFailAfter && node.max === Infinity && isAmbiguous(node)) return true;
      return search(node.body, mayFailAfter);
    case 'atomic':
    case 'look':
      // What it has matched once is not tried in another way.
      return search(node.body, false);
    default:
      return childrenOf(node).some((child) => search(child, mayFailAfter));
  }
}

/** Whether a text may be such that a node does not match it. */
function mayFail(node: RegexNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some(mayFail);
    case 'alternation':
    case 'conditional':
      return node.branches.every(mayFail);
    case 'quantifier':
      return node.min > 0 && mayFail(node.body);
    case 'capture':
    case 'atomic':
      return mayFail(node.body);
    default:
      return true;
  }
}

function isAmbiguous(loop: QuantifierNode): boolean {
  if (loop.greed === 'possessive') return false;
  const automaton = automatonOfLoop(loop);
  return automaton !== undefined && hasTwoWaysRound(automaton);
}

/**
 * Whether some position leads back to itself in two ways over the same text (Weber and Seidl, "On the
 * degree of ambiguity of finite automata", 1991): then in the product of the automaton
 * with itself a pair of the same position leads to a pair of two, and that one back.
 */
function hasTwoWaysRound({ sets, follows }: PositionAutomaton): boolean {
  const count = sets.length;
  const overlaps = sets.map((left) => sets.map((right) => !left.intersection(right).isEmpty()));
  const overlap = (left: number, right: number) => overlaps[left]?.[right] === true;
  const before: number[][] = Array.from({ length: count }, () => []);
  for (const [from, targets] of follows.entries()) {
    for (const to of new Set(targets)) before[to]?.push(from);
  }
  for (let start = 0; start < count; start++) {
    if (!overlap(start, start)) continue;
    const there = pairsFrom(start, follows, count, overlap);
    const back = pairsFrom(start, before, count, overlap);
    for (const pair of there) {
      const [left, right] = [Math.floor(pair / count), pair % count];
      if (!back.has(pair)) continue;
      if (left !== right || hasTwice(follows[left] ?? [], back, count)) return true;
    }
  }
  return false;
}

/** Whether two ways lead to the same position, from which the way leads back. */
function hasTwice(targets: readonly number[], back: ReadonlySet<number>, count: number): boolean {
  const seen = new Set<number>();
  for (const target of targets) {
    if (seen.has(target) && back.has(target * count + target)) return true;
    seen.add(target);
  }
  return false;
}

/** All pairs that two walkers reach from one position, reading the same bytes. */
function pairsFrom(
  start: number,
  edges: readonly (readonly number[])[],
  count: number,
  overlap: (left: number, right: number) => boolean,
): ReadonlySet<number> {
  const reached = new Set([start * count + start]);
  for (const pair of reached) {
    const lefts = new Set(edges[Math.floor(pair / count)]);
    const rights = new Set(edges[pair % count]);
    for (const left of lefts) {
      for (const right of rights) if (overlap(left, right)) reached.add(left * count + right);
    }
  }
  return reached;
}
