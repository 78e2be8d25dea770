import type { ByteString } from '../../../protocol/byte-string.ts';
import { notYet } from '../not-yet.ts';
import type { RuleType } from '../rules/rule-type.ts';
import { singleType } from '../rules/single.ts';
import { suppressType } from '../rules/suppress.ts';
import type { RuleBlock } from './rule-blocks.ts';
import type { RuleProblem } from './rule-problem.ts';

const ruleTypes: ReadonlyMap<string, RuleType> = new Map(
  [singleType, suppressType].map((type) => [type.name, type]),
);

/** SEC's other rule types: known, so that they are not called mistakes. */
const otherRuleTypes =
  /^(SINGLEWITHSCRIPT|SINGLEWITHSUPPRESS|SINGLEWITHTHRESHOLD|SINGLEWITH2THRESHOLDS|PAIR|PAIRWITHWINDOW|EVENTGROUP(0*[1-9]\d*)?|CALENDAR|JUMP|OPTIONS)$/;

/** The type of a rule when it has all of its keywords and no other; undefined after reporting why not. */
export function checkKeywords(block: RuleBlock, problems: RuleProblem[]): RuleType | undefined {
  const report = (line: number, message: ByteString, hint?: string) => {
    const problem = { severity: 'error', line, ruleLine: block.line, message } as const;
    problems.push(hint === undefined ? problem : { ...problem, hint });
    return undefined;
  };
  const keyword = block.keywords.get('type');
  if (keyword === undefined) {
    return report(block.line, "Keyword 'type' missing", 'a rule begins with type=');
  }
  const name = keyword.value.toUpperCase();
  const type = ruleTypes.get(name);
  if (type === undefined) {
    if (!otherRuleTypes.test(name)) return report(keyword.line, `Invalid rule type ${name}`);
    const { fault, hint } = notYet(`rule type ${keyword.value}`);
    return report(keyword.line, fault, hint);
  }
  let complete = true;
  for (const wanted of type.mandatory) {
    if (block.keywords.has(wanted)) continue;
    complete = false;
    report(block.line, `Keyword '${wanted}' missing (needed for ${type.name} rule)`);
  }
  const allowed = new Set(['type', ...type.mandatory, ...type.optional]);
  for (const [found, { line }] of block.keywords) {
    if (allowed.has(found)) continue;
    complete = false;
    const near = [...allowed].find((candidate) => candidate === found.toLowerCase());
    const hint = near === undefined ? undefined : `keywords are in lower case: '${near}'`;
    report(line, `Keyword '${found}' illegal (not allowed for ${type.name} rule)`, hint);
  }
  return complete ? type : undefined;
}
