import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckedRuleFile, Rule } from '../engine/rule.ts';
import type { LanguageExtensions } from '../language.ts';
import { CheckedKeywords, goToLabel } from '../rules/checked-keywords.ts';
import { checkKeywords } from './check-keywords.ts';
import { type RuleBlock, ruleBlocks } from './rule-blocks.ts';
import type { RuleProblem } from './rule-problem.ts';

/** A rule file after reading: what of it runs, and everything that is wrong with the rest. */
export interface RuleFileReading {
  readonly checked: CheckedRuleFile;
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads a rule file. A rule with an error is dropped, as SEC drops it, and the
 * others get their numbers as if it were not there.
 *
 * @param file the name of the file, as it stands in operation keys and messages
 */
export function readRuleFile(
  text: ByteString,
  file: string,
  extensions: LanguageExtensions,
): RuleFileReading {
  const problems: RuleProblem[] = [];
  const { blocks, endLabels } = ruleBlocks(text, problems);
  const rules: Rule[] = [];
  const labels = new Map<ByteString, number>();
  const ruleBlocksById: RuleBlock[] = [];
  for (const block of blocks) {
    // A label counts from here even if its own rule is dropped; of two the later one wins.
    for (const label of block.labels) labels.set(label, rules.length);
    const rule = readRule(block, rules.length, extensions, problems);
    if (rule === undefined) continue;
    rules.push(rule);
    ruleBlocksById.push(block);
  }
  for (const label of endLabels) labels.set(label, rules.length);
  for (const [id, block] of ruleBlocksById.entries()) checkGoTo(block, id, labels, problems);
  if (rules.length === 0) {
    const message = `No valid rules found in configuration file ${file}`;
    problems.push({ severity: 'warning', line: 1, message });
  }
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  return { checked: { file, rules, labels }, problems: sorted };
}

function readRule(
  block: RuleBlock,
  id: number,
  extensions: LanguageExtensions,
  problems: RuleProblem[],
): Rule | undefined {
  const type = checkKeywords(block, problems);
  return type?.read(new CheckedKeywords(block, extensions, problems), id);
}

/** Warns of a `continue=GoTo` that will act as DontCont: only labels further down can be reached. */
function checkGoTo(
  block: RuleBlock,
  id: number,
  labels: ReadonlyMap<ByteString, number>,
  problems: RuleProblem[],
): void {
  const keyword = block.keywords.get('continue');
  const label = goToLabel(keyword?.value ?? '');
  if (keyword === undefined || label === undefined) return;
  const target = labels.get(label);
  if (target !== undefined && target > id) return;
  const reason =
    target === undefined ? `label ${label} does not exist` : `can't go backwards to label ${label}`;
  problems.push({
    severity: 'warning',
    line: keyword.line,
    ruleLine: block.line,
    message: `${reason}, assuming continue=DontCont`,
  });
}
