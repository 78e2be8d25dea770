import { ByteSet } from './byte-set.ts';
import { childrenOf, type QuantifierNode, type RegexNode } from './regex-tree.ts';

/**
 * The bytes of an unbounded repetition that a pattern begins with: `\S` for `(\S+) sshd`.
 *
 * The leftmost match of such a pattern never begins amid a run of these bytes: one that begins there
 * could as well begin where the run begins, because the repetition takes the rest of it, and what follows
 * stands at the same place. So only the beginnings of runs need to be tried, and not each byte,
 * from which the repetition would walk to the end of the run again. It does not hold when the pattern refers
 * back to what a group has matched: that may be longer then.
 */
export function leadingRun(tree: RegexNode, branch: RegexNode): ByteSet | undefined {
  const first = firstQuantifier(branch);
  if (first === undefined || first.max !== Infinity || first.greed === 'possessive') {
    return undefined;
  }
  if (refersBack(tree)) return undefined;
  const bytes = bytesOf(first.body);
  return bytes === undefined || bytes.isEmpty() ? undefined : bytes;
}

/** The repetition that stands at the very beginning, if one does. */
export function firstQuantifier(node: RegexNode): QuantifierNode | undefined {
  switch (node.kind) {
    case 'quantifier':
      return node;
    case 'capture':
      return firstQuantifier(node.body);
    case 'sequence': {
      const [first] = node.items;
      return first && firstQuantifier(first);
    }
    default:
      return undefined;
  }
}

function bytesOf(node: RegexNode): ByteSet | undefined {
  if (node.kind === 'set') return node.bytes;
  if (node.kind !== 'byte') return undefined;
  const byte = ByteSet.of(node.byte);
  return node.caseless ? byte.withBothCases() : byte;
}

function refersBack(node: RegexNode): boolean {
  return node.kind === 'backreference' || childrenOf(node).some(refersBack);
}
