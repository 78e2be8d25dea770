import type { ByteString } from '../../../protocol/byte-string.ts';
import { readPatternType } from '../patterns/read-pattern.ts';
import { readVarmap } from '../patterns/varmap.ts';
import { parseRegex } from '../regex/regex-parser.ts';
import type { RuleBlock } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';
import { matchTemplate } from '../substitute/match-template.ts';

/** Rules with one pattern, whose variables all of their texts have. */
const singleTypes = /^(?:single(?:with(?:script|suppress|threshold|2thresholds))?|suppress|jump)$/i;

/** The texts in which match variables are replaced. */
const textKeywords = ['desc', 'desc2', 'action', 'action2', 'script', 'context'];

/** Names that every match has. */
const givenNames = ['0', '_inputsrc', '_intcontext'];

/** Warns of match variables that a rule can never have: they are empty, or stay as they are. */
export function reviewVariables(block: RuleBlock): readonly RuleProblem[] {
  const text = (name: string) => block.keywords.get(name)?.value ?? '';
  const type = readPatternType(text('ptype'));
  if (!singleTypes.test(text('type')) || 'fault' in type) return [];
  const advice =
    type.kind === 'regexp' && !type.negated
      ? groupAdvice(text('pattern'), text('varmap'))
      : type.kind === 'substr' || type.kind === 'tvalue'
        ? () => `stays as it is: patterns of type ${text('ptype')} have no match variables`
        : undefined;
  if (advice === undefined) return [];
  // Where nothing is replaced `$1` may be meant for a shell.
  const keywords = type.kind === 'regexp' ? textKeywords : ['desc'];
  return keywords.flatMap((keyword) => {
    const { value = '', line = block.line } = block.keywords.get(keyword) ?? {};
    return variablesOf(value).flatMap((name) => {
      const what = advice(name);
      if (what === undefined) return [];
      const shown = /^\d+$/.test(name) ? `$${name}` : `$+{${name}}`;
      return [{ severity: 'warning', line, ruleLine: block.line, message: `${shown} ${what}` }];
    });
  });
}

/** The names of the variables in a text, each once; those of the match cache are of other rules. */
function variablesOf(text: ByteString): readonly ByteString[] {
  const names = matchTemplate(text, '$').flatMap((part) =>
    typeof part === 'object' && part.entry === undefined ? [part.name] : [],
  );
  return [...new Set(names)];
}

/** Tells of a variable that the matches of a regular expression do not have. */
function groupAdvice(
  source: ByteString,
  varmapSource: ByteString,
): ((name: ByteString) => ByteString | undefined) | undefined {
  const { groupCount, names, beyond } = parseRegex(source);
  // What could not be read to its end may have more groups.
  if (beyond.length > 0) return undefined;
  const varmap = readVarmap(varmapSource);
  const known = new Set([...givenNames, ...names.keys()]);
  if ('names' in varmap) for (const name of varmap.names.keys()) known.add(name);
  const groups = `the pattern has ${groupCount} group${groupCount === 1 ? '' : 's'}`;
  return (name) => {
    if (known.has(name)) return undefined;
    if (!/^\d+$/.test(name)) return 'is always empty: neither pattern nor varmap has this name';
    if (Number(name) <= groupCount) return undefined;
    return `is always ${name === '1' && groupCount === 0 ? '1' : 'empty'}: ${groups}`;
  };
}
