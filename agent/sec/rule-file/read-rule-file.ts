import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckedRuleFile, Rule } from '../engine/rule.ts';
import type { Language } from '../language.ts';
import { CheckedKeywords, goToLabel } from '../rules/checked-keywords.ts';
import { checkRuleType } from './check-keywords.ts';
import { defaultFileOptions, isOptions, readOptions } from './file-options.ts';
import { type RuleBlock, ruleBlocks } from './rule-blocks.ts';
import { ruleIdentity } from './rule-identity.ts';
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
export function readRuleFile(text: ByteString, file: string, language: Language): RuleFileReading {
  const problems: RuleProblem[] = [];
  const { blocks, endLabels } = ruleBlocks(text, problems);
  const rules: Rule[] = [];
  const blocksOfRules: RuleBlock[] = [];
  const labels = new Map<ByteString, number>();
  let options = defaultFileOptions;
  for (const block of blocks) {
    // A label counts from here even if its own rule is dropped; of two the later one wins.
    for (const label of block.labels) labels.set(label, rules.length);
    if (isOptions(block)) {
      options = readOptions(block, problems) ?? options;
      continue;
    }
    const place = { file, id: rules.length, line: block.line };
    const type = checkRuleType(block, problems);
    const rule = type?.read(new CheckedKeywords(block, language, problems), place);
    if (rule === undefined) continue;
    rules.push(rule);
    blocksOfRules.push(block);
  }
  for (const label of endLabels) labels.set(label, rules.length);
  for (const [id, block] of blocksOfRules.entries()) checkGoTos(block, id, labels, problems);
  if (rules.length === 0) {
    const message = `No valid rules found in configuration file ${file}`;
    problems.push({ severity: 'warning', message });
  }
  const identities = blocksOfRules.map((block) => ruleIdentity(block, language));
  return { checked: { file, rules, identities, labels, ...options }, problems };
}

/** Warns of each `continue=GoTo` that will act as DontCont: only labels further down can be reached. */
function checkGoTos(
  block: RuleBlock,
  id: number,
  labels: ReadonlyMap<ByteString, number>,
  problems: RuleProblem[],
): void {
  const names = [...block.keywords.keys()].filter((name) => name.startsWith('continue'));
  for (const name of names.sort((left, right) => numberOf(left) - numberOf(right))) {
    const { value = '', line = block.line } = block.keywords.get(name) ?? {};
    const label = goToLabel(value);
    if (label === undefined) continue;
    const target = labels.get(label);
    if (target !== undefined && target > id) continue;
    const reason =
      target === undefined
        ? `label ${label} does not exist`
        : `can't go backwards to label ${label}`;
    problems.push({
      severity: 'warning',
      line,
      ruleLine: block.line,
      atEnd: true,
      message: `${reason}, assuming ${name}=DontCont`,
    });
  }
}

/** Of which event a keyword is. */
function numberOf(keyword: string): number {
  return Number(/\d+$/.exec(keyword)?.[0] ?? 1);
}
