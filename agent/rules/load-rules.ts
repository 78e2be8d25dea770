import { globSync, readFileSync } from 'node:fs';
import { systemReason } from '../../platform/errors.ts';
import type { Place, Problem } from '../../platform/problem.ts';
import { ProblemList } from '../../platform/problem.ts';
import { byteStringFrom, byteStringOf, textOf } from '../../protocol/byte-string.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import type { Language, LanguageExtensions } from '../sec/language.ts';
import { readRuleFile } from '../sec/rule-file/read-rule-file.ts';

/** The rule files that a glob names, read and checked. */
export interface LoadedRules {
  readonly files: readonly CheckedRuleFile[];
  readonly problems: readonly Problem[];
}

/**
 * Reads all rule files of a glob in lexical order. A file that cannot be read
 * and a rule with an error are problems; everything else is loaded.
 *
 * @param place where the glob was given, for a glob that matches nothing
 */
export function loadRules(glob: string, place: Place, language: Language): LoadedRules {
  const problems = new ProblemList();
  const paths = globSync(glob).sort();
  if (paths.length === 0) problems.error(place, `rules: no file matches ${glob}`);
  const files: CheckedRuleFile[] = [];
  for (const path of paths) {
    const text = readText(path, problems);
    if (text === undefined) continue;
    const reading = readRuleFile(text, path, language);
    files.push(reading.checked);
    for (const { severity, line, message, hint } of reading.problems) {
      const told = textOf(hint === undefined ? message : `${message}; ${hint}`);
      problems.addAll([
        {
          severity,
          place: line === undefined ? { file: path } : { file: path, line },
          message: told,
        },
      ]);
    }
  }
  return { files, problems: problems.all };
}

/** What `nagtail run` adds to SEC's language. */
export function agentExtensions(settings: {
  readonly hostName: string;
  readonly builtinCommands: readonly string[];
}): LanguageExtensions {
  return {
    submitAction: true,
    builtinCommands: new Set(settings.builtinCommands),
    hostName: byteStringOf(settings.hostName),
  };
}

function readText(path: string, problems: ProblemList): string | undefined {
  try {
    return byteStringFrom(readFileSync(path));
  } catch (error) {
    problems.error({ file: path }, `cannot read the rule file: ${systemReason(error)}`);
    return undefined;
  }
}
