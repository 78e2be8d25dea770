import type { ByteString } from '../../../protocol/byte-string.ts';
import type { RuleType } from '../rules/rule-type.ts';
import { findRuleType } from '../rules/rule-types.ts';
import type { RuleBlock } from './rule-blocks.ts';
import type { RuleProblem } from './rule-problem.ts';

/** The keywords that a type of rule takes. */
export type KeywordNeeds = Pick<RuleType, 'name' | 'mandatory' | 'optional'>;

/** The type of a rule when it has all of its keywords and no other; undefined after reporting why not. */
export function checkRuleType(block: RuleBlock, problems: RuleProblem[]): RuleType | undefined {
  const keyword = block.keywords.get('type');
  if (keyword === undefined) {
    const hint = 'a rule has a line type=…';
    report(problems, block, block.line, "Keyword 'type' missing", hint);
    return undefined;
  }
  const type = findRuleType(keyword.value);
  if ('fault' in type) {
    report(problems, block, keyword.line, type.fault);
    return undefined;
  }
  return checkKeywords(block, type, problems) ? type : undefined;
}

/** True when a block has all keywords that are needed and no other; otherwise reports them. */
export function checkKeywords(
  block: RuleBlock,
  { name, mandatory, optional }: KeywordNeeds,
  problems: RuleProblem[],
): boolean {
  let complete = true;
  for (const wanted of mandatory) {
    if (block.keywords.has(wanted)) continue;
    complete = false;
    report(problems, block, block.line, `Keyword '${wanted}' missing (needed for ${name} rule)`);
  }
  const allowed = new Set(['type', ...mandatory, ...optional]);
  for (const [found, { line }] of block.keywords) {
    if (allowed.has(found)) continue;
    complete = false;
    const near = [...allowed].find((candidate) => candidate === found.toLowerCase());
    const hint = near === undefined ? undefined : `keywords are in lower case: '${near}'`;
    report(
      problems,
      block,
      line,
      `Keyword '${found}' illegal (not allowed for ${name} rule)`,
      hint,
    );
  }
  return complete;
}

function report(
  problems: RuleProblem[],
  block: RuleBlock,
  line: number,
  message: ByteString,
  hint?: string,
): void {
  const problem = { severity: 'error', line, ruleLine: block.line, message } as const;
  problems.push(hint === undefined ? problem : { ...problem, hint });
}
