import type { ByteString } from '../../../protocol/byte-string.ts';
import type { RuleType } from '../rules/rule-type.ts';
import { findRuleType, typesWithKeyword } from '../rules/rule-types.ts';
import type { UnknownName } from './fault.ts';
import type { RuleBlock } from './rule-blocks.ts';
import type { RuleProblem } from './rule-problem.ts';

/** The keywords that a type of rule takes. */
export type KeywordNeeds = Pick<RuleType, 'name' | 'mandatory' | 'optional'>;

/** The type of a rule when it has all of its keywords and no other; undefined after reporting why not. */
export function checkRuleType(block: RuleBlock, problems: RuleProblem[]): RuleType | undefined {
  const keyword = block.keywords.get('type');
  if (keyword === undefined) {
    const message = "Keyword 'type' missing";
    report(problems, block, { line: block.line, message, hint: endsOfRules });
    return undefined;
  }
  const type = findRuleType(keyword.value);
  if ('fault' in type) {
    const { fault: message, ...advice } = type;
    report(problems, block, { line: keyword.line, message, ...advice });
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
    const message = `Keyword '${wanted}' missing (needed for ${name} rule)`;
    report(problems, block, { line: block.line, message });
  }
  const allowed = new Set(['type', ...mandatory, ...optional]);
  for (const [found, { line }] of block.keywords) {
    if (allowed.has(found)) continue;
    complete = false;
    const message = `Keyword '${found}' illegal (not allowed for ${name} rule)`;
    report(problems, block, { line, message, ...adviceAbout(found, [...allowed]) });
  }
  return complete;
}

/** What rules without a type mostly are: the second half of one. */
const endsOfRules =
  'a rule has a line type=TYPE; blank lines and lines with # end a rule, a comment within one is rem=TEXT';

/** What may help with a keyword that a rule does not take. */
function adviceAbout(
  keyword: string,
  allowed: readonly string[],
): { readonly hint: ByteString } | { readonly unknown: UnknownName } {
  const inLowerCase = keyword.toLowerCase();
  if (allowed.includes(inLowerCase)) {
    return { hint: `keywords are in lower case: '${inLowerCase}'` };
  }
  const types = typesWithKeyword(keyword);
  if (types.length === 0) return { unknown: { name: keyword, known: allowed } };
  return { hint: `it belongs to rules of type ${types.join(', ')}` };
}

function report(
  problems: RuleProblem[],
  block: RuleBlock,
  found: Omit<RuleProblem, 'severity' | 'ruleLine'>,
): void {
  problems.push({ severity: 'error', ruleLine: block.line, ...found });
}
