import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { checkKeywords } from './check-keywords.ts';
import type { RuleBlock } from './rule-blocks.ts';
import type { RuleProblem } from './rule-problem.ts';

/** What an Options rule says about its file. */
export interface FileOptions {
  /** The sets that the file belongs to. */
  readonly sets: readonly ByteString[];
  /** Only a Jump reaches the file. */
  readonly onlyByJump: boolean;
}

/** A file without an Options rule. */
export const defaultFileOptions: FileOptions = { sets: [], onlyByJump: false };

/** True for `type=Options`, which is no rule of its own. */
export function isOptions(block: RuleBlock): boolean {
  return block.keywords.get('type')?.value.toUpperCase() === 'OPTIONS';
}

/** Reads an Options rule; undefined after reporting what is wrong with it. */
export function readOptions(block: RuleBlock, problems: RuleProblem[]): FileOptions | undefined {
  const needs = { name: 'OPTIONS', mandatory: [], optional: ['joincfset', 'procallin'] };
  if (!checkKeywords(block, needs, problems)) return undefined;
  const sets = wordsOf(block.keywords.get('joincfset')?.value ?? '');
  const procallin = block.keywords.get('procallin');
  const word = procallin?.value.toLowerCase() ?? 'yes';
  if (procallin !== undefined && word !== 'yes' && word !== 'no') {
    problems.push({
      severity: 'warning',
      line: procallin.line,
      ruleLine: block.line,
      message: `Invalid procallin value ' ${procallin.value} ', assuming procallin=Yes`,
    });
  }
  return { sets, onlyByJump: word === 'no' };
}
