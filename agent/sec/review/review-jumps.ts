import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { ruleBlocks } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';

/**
 * Warns of Jump rules of a file that lead nowhere. Sets with match variables in their names
 * are not known before they are used.
 * @param sets the sets that there are, of all rule files together
 */
export function reviewJumps(
  text: ByteString,
  validRules: ReadonlySet<number>,
  sets: ReadonlySet<ByteString>,
): readonly RuleProblem[] {
  return ruleBlocks(text, []).blocks.flatMap(({ line: ruleLine, keywords }) => {
    const value = (name: string) => keywords.get(name)?.value ?? '';
    const isConstant = value('constset').toLowerCase() !== 'no';
    if (!validRules.has(ruleLine) || !isConstant || !/^jump$/i.test(value('type'))) return [];
    const line = keywords.get('cfset')?.line ?? ruleLine;
    const missing = wordsOf(value('cfset')).filter((name) => !sets.has(name));
    return missing.map((name) => ({
      severity: 'warning' as const,
      line,
      ruleLine,
      message: `no rule file joins the set '${name}'`,
      hint: 'a file joins a set with an Options rule: joincfset=NAME',
      unknown: { name, known: [...sets] },
    }));
  });
}
