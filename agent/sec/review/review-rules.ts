import type { ByteString } from '../../../protocol/byte-string.ts';
import { type PatternType, readPatternType } from '../patterns/read-pattern.ts';
import { substrText } from '../patterns/substr-pattern.ts';
import { literalBytesMin } from '../prefilter/literal-scanner.ts';
import { requiredLiterals } from '../prefilter/required-literals.ts';
import { hasExponentialLoop } from '../regex/exponential-loops.ts';
import { firstQuantifier, leadingRun } from '../regex/leading-run.ts';
import { linearEngineTakes } from '../regex/linear-engine.ts';
import { parseRegex } from '../regex/regex-parser.ts';
import type { ParsedRegex, RegexNode } from '../regex/regex-tree.ts';
import { isContinued } from '../rule-file/logical-lines.ts';
import { type RuleBlock, ruleBlocks } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';
import { hasMatchVariables } from '../substitute/match-variables.ts';
import { reviewVariables } from './review-variables.ts';

/** What makes a pattern slow or is hardly meant, and what to do about it. */
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

const slashes: Finding = {
  message: 'this pattern matches only lines with slashes in them',
  hint: 'Perl writes slashes around patterns, rules do not; flags are written (?i)',
};

/**
 * Warns of what a rule file says that can make it slow, and of what it can hardly mean.
 * @param validRules the lines where its valid rules begin: what is wrong with the others is told elsewhere
 */
export function reviewRules(
  text: ByteString,
  validRules: ReadonlySet<number>,
): readonly RuleProblem[] {
  const { blocks } = ruleBlocks(text, []);
  const problems = blocks.filter(({ line }) => validRules.has(line)).flatMap(reviewBlock);
  return [...problems, ...reviewEnd(text)];
}

/** SEC leaves out the last line when another one should follow it. */
function reviewEnd(text: ByteString): readonly RuleProblem[] {
  const lines = text.replace(/\n$/, '').split('\n');
  if (!isContinued(lines.at(-1) ?? '')) return [];
  const message =
    'the file ends with a backslash: this line, and those that it continues, are lost';
  return [{ severity: 'error', line: lines.length, message }];
}

function reviewBlock(block: RuleBlock): readonly RuleProblem[] {
  const problems: RuleProblem[] = [...reviewVariables(block)];
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
  if (kind !== 'regexp') return [];
  const parsed = parseRegex(source);
  const findings = [...reviewTree(parsed.tree), ...(hasSlashes(source) ? [slashes] : [])];
  return isFiltered && !hasLiteral(parsed) ? [...findings, eachLine] : findings;
}

/** `/foo bar/i`; more slashes between them are rather those of a path. */
function hasSlashes(source: ByteString): boolean {
  return /^\/(?:[^/\\]|\\[\s\S])*\/[imsx]*$/.test(source);
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
