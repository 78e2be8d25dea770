import type { ByteString } from '../../../protocol/byte-string.ts';
import { type PatternType, readPatternType } from '../patterns/read-pattern.ts';
import { substrText } from '../patterns/substr-pattern.ts';
import { literalBytesMin } from '../prefilter/literal-scanner.ts';
import { requiredLiterals } from '../prefilter/required-literals.ts';
import { hasExponentialLoop } from '../regex/exponential-loops.ts';
import { firstQuantifier, leadingRun } from '../regex/leading-run.ts';
import { linearEngineTakes } from '../regex/linear-engine.ts';
import { parseRegex } from '../regex/regex-parser.ts';
import { RegexSyntaxError } from '../regex/regex-syntax-error.ts';
import type { ParsedRegex, RegexNode } from '../regex/regex-tree.ts';
import { type RuleBlock, ruleBlocks } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';
import { hasMatchVariables } from '../substitute/match-variables.ts';

/** What makes a pattern slow, and what to do about it. */
interface Finding {
  readonly message: ByteString;
  readonly hint: ByteString;
}

const oneWay =
  'let a repetition match a text in one way only: \\w+(?: \\w+)* in place of (\\w+ ?)*, a+ in place of (a|aa)+';

const holdsLine: Finding = {
  message:
    'this pattern can take hours for one line: a repetition in it can go over the same text in many ways; the rule is suspended when that happens',
  hint: oneWay,
};

const backtracks: Finding = {
  message:
    'this pattern can go over the same text in many ways; for lines on which it does a slower engine takes over',
  hint: oneWay,
};

const eachByte: Finding = {
  message: 'this pattern begins with a repetition and is tried at each byte of a line',
  hint: 'begin it with ^ or with a fixed text',
};

const eachLine: Finding = {
  message: `this pattern is tried on each line: there is no text of ${literalBytesMin} bytes or more of which every match must hold one`,
  hint: 'add a text that stands in the lines that are meant, such as the name of the program',
};

/** Warns of the patterns of a rule file that can make it slow. Rules with errors are told of elsewhere. */
export function reviewRules(text: ByteString): readonly RuleProblem[] {
  return ruleBlocks(text, []).blocks.flatMap(reviewBlock);
}

function reviewBlock(block: RuleBlock): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const [name, { value, line }] of block.keywords) {
    const parts = /^(eg)?pattern(\d*)$/.exec(name);
    if (parts === null) continue;
    const [, group = '', number = ''] = parts;
    const type = readPatternType(block.keywords.get(`${group}ptype${number}`)?.value ?? '');
    if ('fault' in type) continue;
    // The second pattern of a pair is looked for only while there is a first event.
    const isAlways = !(number === '2' && isPair(block)) && group === '';
    for (const { message, hint } of reviewPattern(value, type, isAlways)) {
      problems.push({ severity: 'warning', line, ruleLine: block.line, message, hint });
    }
  }
  return problems;
}

function isPair({ keywords }: RuleBlock): boolean {
  return /^pair/i.test(keywords.get('type')?.value ?? '');
}

function reviewPattern(
  source: ByteString,
  { kind, negated, lines }: PatternType,
  isAlways: boolean,
): readonly Finding[] {
  // With values of the first event it is another pattern each time.
  if (!isAlways && hasMatchVariables(source)) return [];
  const isFiltered = isAlways && !negated && lines === 1;
  if (kind === 'substr') {
    return isFiltered && substrText(source).length < literalBytesMin ? [eachLine] : [];
  }
  const parsed = kind === 'regexp' ? tryParse(source) : undefined;
  if (parsed === undefined) return [];
  const findings = reviewTree(parsed.tree);
  return isFiltered && !hasLiteral(parsed) ? [...findings, eachLine] : findings;
}

function reviewTree(tree: RegexNode): readonly Finding[] {
  const findings: Finding[] = [];
  if (hasExponentialLoop(tree)) findings.push(linearEngineTakes(tree) ? backtracks : holdsLine);
  const branches = tree.kind === 'alternation' ? tree.branches : [tree];
  const isTriedAtEachByte = branches.some(
    (branch) => firstQuantifier(branch)?.max === Infinity && leadingRun(tree, branch) === undefined,
  );
  if (isTriedAtEachByte) findings.push(eachByte);
  return findings;
}

function hasLiteral(parsed: ParsedRegex): boolean {
  const need = requiredLiterals(parsed);
  if (need.kind !== 'literals') return false;
  return need.clauses.some((clause) => clause.every(({ text }) => text.length >= literalBytesMin));
}

function tryParse(source: ByteString): ParsedRegex | undefined {
  try {
    return parseRegex(source);
  } catch (error) {
    if (error instanceof RegexSyntaxError) return undefined;
    throw error;
  }
}
