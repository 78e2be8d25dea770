import { childrenOf, type QuantifierNode, type RegexNode } from './regex-tree.ts';

/** How often V8's linear engine copies a part of a pattern at most, for repetitions with a bound. */
const copiesMax = 16;

/**
 * Whether V8's linear engine can take over a pattern that backtracks too often (as of
 * Node 24; regex-emitter.ts writes atomic groups and `\R` with assertions that look ahead).
 */
export function linearEngineTakes(tree: RegexNode): boolean {
  return takes(tree, 1);
}

function takes(node: RegexNode, copies: number): boolean {
  switch (node.kind) {
    case 'look':
      if (node.direction === 'ahead') return false;
      break;
    case 'quantifier':
      return node.greed !== 'possessive' && takesLoop(node, copies);
    case 'atomic':
    case 'backreference':
    case 'line-break':
    case 'conditional':
    case 'beyond':
    case 'fail':
      return false;
    default:
  }
  return childrenOf(node).every((child) => takes(child, copies));
}

function takesLoop({ min, max, body }: QuantifierNode, copies: number): boolean {
  const all = copies * Math.max(1, max === Infinity ? min : max);
  return all <= copiesMax && takes(body, all);
}
