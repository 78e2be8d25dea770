import {
  canBeEmpty,
  groupsAlwaysSet,
  groupsIn,
  hasWidth,
  triesEmptyLast,
} from './regex-analysis.ts';
import {
  childrenOf,
  type LookNode,
  type ParsedRegex,
  type QuantifierNode,
  type RegexNode,
} from './regex-tree.ts';

/**
 * Why JavaScript cannot be trusted to match a pattern just as Perl does, or
 * nothing when it can. Every case in which the two differ, or may differ, is here:
 * what is not named has been compared with Perl.
 */
export function reasonForPerl(parsed: ParsedRegex): string | undefined {
  const beyond = parsed.beyond[0] ?? beyondReason(parsed.tree);
  if (beyond !== undefined) return beyond;
  const state: Walk = { set: new Set(), atStart: true, isFirstTry: true, reason: undefined };
  walk(parsed.tree, state);
  return state.reason;
}

/** What in a tree only Perl can match at all. */
function beyondReason(node: RegexNode): string | undefined {
  if (node.kind === 'beyond') return node.reason;
  if (node.kind === 'conditional') return 'a conditional';
  for (const child of childrenOf(node)) {
    const reason = beyondReason(child);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Walks the tree in the order of matching. */
interface Walk {
  /** The groups that are certainly set at this place. */
  set: Set<number>;
  /** Whether nothing that has width need have matched before this place. */
  atStart: boolean;
  /** Whether nothing before this place can be tried in another way. */
  isFirstTry: boolean;
  reason: string | undefined;
}

function walk(node: RegexNode, state: Walk): void {
  if (state.reason !== undefined) return;
  const { atStart, isFirstTry } = state;
  state.isFirstTry &&= node.kind === 'sequence' || node.kind === 'look';
  walkNode(node, state);
  state.atStart = atStart && canBeEmpty(node);
  state.isFirstTry = isFirstTry && hasOneWay(node);
}

/** Whether a node never comes back for another try. */
function hasOneWay(node: RegexNode): boolean {
  return (
    node.kind === 'anchor' ||
    node.kind === 'look' ||
    node.kind === 'byte' ||
    node.kind === 'set' ||
    (node.kind === 'sequence' && node.items.every(hasOneWay))
  );
}

function walkNode(node: RegexNode, state: Walk): void {
  switch (node.kind) {
    case 'sequence':
      for (const item of node.items) walk(item, state);
      return;
    case 'alternation':
      walkBranches(node.branches, state);
      return;
    case 'capture':
      walk(node.body, state);
      state.set.add(node.group);
      return;
    case 'atomic':
      if (mayLeaveGroupsOut(node.body)) state.reason = leftoverGroup;
      walk(node.body, state);
      return;
    case 'look':
      walkLook(node, state);
      return;
    case 'quantifier':
      walkQuantifier(node, state);
      return;
    case 'backreference':
      state.reason = backreferenceReason(node.groups, node.caseless, state.set);
      return;
    default:
  }
}

function walkBranches(branches: readonly RegexNode[], state: Walk): void {
  const before = state.set;
  const { atStart } = state;
  const afterwards = branches.map((branch) => {
    state.set = new Set(before);
    state.atStart = atStart;
    walk(branch, state);
    return state.set;
  });
  state.set = afterwards.reduce((both, set) => both.intersection(set));
}

function backreferenceReason(
  groups: readonly number[],
  caseless: boolean,
  set: ReadonlySet<number>,
): string | undefined {
  // Perl folds bytes above 127 here or not, depending on the text.
  if (caseless) return 'a back-reference without regard to case';
  if (groups.length !== 1) return 'a back-reference to a name that several groups have';
  // An unset group fails in Perl and matches the empty string in JavaScript.
  if (!groups.every((group) => set.has(group)))
    return 'a back-reference to a group that may not be set';
  return undefined;
}

function walkLook(node: LookNode, state: Walk): void {
  const captures = groupsIn(node.body).size > 0;
  const before = captures ? new Set(state.set) : state.set;
  if (node.direction === 'behind') {
    // JavaScript looks behind from right to left: another way may be the first.
    if (captures) state.reason = 'a group in a lookbehind';
    else if (hasAtomic(node.body)) state.reason = 'an atomic group in a lookbehind';
  } else if (node.negative && captures && !(state.isFirstTry && endsWithOnlyGroup(node.body))) {
    // Perl keeps what a group matched before the assertion failed.
    state.reason = 'a group in a negative lookahead';
  } else if (!node.negative && mayLeaveGroupsOut(node.body)) {
    state.reason = leftoverGroup;
  } else if (!node.negative && state.atStart && isEmptyByRepetition(node.body)) {
    // Perl 5.36 works out wrongly with which bytes a match may start: `(?=a?).` never matches.
    state.reason = 'a lookahead at the start that may repeat nothing';
  }
  walk(node.body, state);
  if (node.negative) state.set = before;
}

/** Perl does not undo what a group matched inside something that is not tried again. */
const leftoverGroup = 'a group that may be left out in an atomic group or lookahead';

function mayLeaveGroupsOut(body: RegexNode): boolean {
  return !groupsIn(body).isSubsetOf(groupsAlwaysSet(body));
}

/** When such an assertion has failed before, it has failed for good: `^(?!.*(foo|bar))`. */
function endsWithOnlyGroup(body: RegexNode): boolean {
  const last = body.kind === 'sequence' ? body.items.at(-1) : body;
  return last?.kind === 'capture' && groupsIn(body).size === 1;
}

function isEmptyByRepetition(node: RegexNode): boolean {
  return canBeEmpty(node) && some(node, (one) => one.kind === 'quantifier' && canBeEmpty(one));
}

function hasAtomic(node: RegexNode): boolean {
  return some(node, (one) => isAtomic(one));
}

function isAtomic(node: RegexNode): boolean {
  return node.kind === 'atomic' || (node.kind === 'quantifier' && node.greed === 'possessive');
}

function walkQuantifier(node: QuantifierNode, state: Walk): void {
  state.reason = loopReason(node);
  if (node.greed === 'possessive' && mayLeaveGroupsOut({ ...node, greed: 'greedy' }))
    state.reason ??= leftoverGroup;
  const before = groupsIn(node.body).size > 0 ? new Set(state.set) : state.set;
  walk(node.body, state);
  if (node.min === 0) state.set = before;
}

function loopReason(node: QuantifierNode): string | undefined {
  const { body } = node;
  // Perl gives back half of a CR LF when a repeated \R backtracks.
  if (some(body, (one) => one.kind === 'line-break')) return 'a repeated \\R';
  // Perl 5.36 takes `(?!)+` for a success, and finds `^{1,}+c` in "ac".
  if (!hasWidth(body) || some(body, (one) => one.kind === 'fail')) return 'a repeated assertion';
  // Perl 5.36 looks for text that such a repetition does not need.
  if (node.max === 0) return 'a repetition of zero times';
  if (node.max <= 1 || node.max < node.min) return undefined;
  // Perl 5.36 looks for text at the wrong place: `x+(?:y{1}){3}` does not match xyyy.
  if (node.min > 1 && some(body, countsText)) return 'a counted repetition of counted text';
  const groups = groupsIn(body);
  // Perl 5.36 may lose such a group when a round of the outer repetition is given back.
  if (some(body, (one) => one.kind === 'quantifier' && groupsIn(one).size > 0))
    return 'a repeated group in a repetition';
  // JavaScript forgets groups at each round, Perl keeps what an earlier round set.
  if (!groups.isSubsetOf(groupsAlwaysSet(body)))
    return 'a repeated group that may be left out in a round';
  if (!canBeEmpty(body)) return undefined;
  if (groups.size > 0) return 'a repeated group that can be empty';
  if (!triesEmptyLast(body)) return 'a repetition that tries the empty string first';
  return undefined;
}

/** Whether a node is text with a number of repetitions, such as `y{2}` or `(xy){1,3}`. */
function countsText(node: RegexNode): boolean {
  return (
    node.kind === 'quantifier' &&
    node.min > 0 &&
    node.max !== Infinity &&
    some(node.body, (one) => one.kind === 'byte' || isSingleByteSet(one))
  );
}

function isSingleByteSet(node: RegexNode): boolean {
  return node.kind === 'set' && node.bytes.size === 1;
}

function some(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => some(child, test));
}
