import { readFileSync, statSync } from 'node:fs';

import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';
import type { Host, SecLogLevel } from '../sec/engine/host.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import type { Language } from '../sec/language.ts';
import { logicalLines } from '../sec/rule-file/logical-lines.ts';
import { readRuleFile } from '../sec/rule-file/read-rule-file.ts';
import { type RuleBlock, ruleBlocks } from '../sec/rule-file/rule-blocks.ts';
import type { RuleProblem } from '../sec/rule-file/rule-problem.ts';
import { perlGlob } from './perl-glob.ts';
import { countedRule, type RuleUsage, type Stopwatch } from './rule-usage.ts';
import { systemMessage } from './system-message.ts';

/** A rule of a file, for what is told about it. */
export interface LoadedRule {
  /** Its keywords, as they stand in the file. */
  readonly source: RuleBlock;
  readonly usage: RuleUsage;
}

/** A rule file that was read. */
export interface LoadedFile {
  readonly checked: CheckedRuleFile;
  /** Its rules, by their numbers. */
  readonly rules: readonly LoadedRule[];
  /** When the file had been changed last. */
  readonly changedAtMs: number;
  /** When it was read, in Unix time. */
  readonly loadedAt: number;
  /** False when it cannot be read, or a rule of it had to be dropped. */
  readonly valid: boolean;
}

/** Rule files by their names, in the order in which a line passes through them. */
export type LoadedFiles = ReadonlyMap<string, LoadedFile>;

export interface RuleFileParts {
  readonly language: Language;
  readonly host: Pick<Host, 'log'>;
  /** Tells what is read, at SEC's level for it. */
  readonly announce: (level: SecLogLevel, text: ByteString) => void;
  readonly now: number;
  /** With it the time that rules take is measured. */
  readonly stopwatch: Stopwatch | undefined;
}

const noRules = { rules: [], identities: [], labels: new Map(), sets: [], onlyByJump: false };

/**
 * Reads the rule files of SEC's --conf.
 * @param known files that were read before; one that has not changed since is kept
 */
export function loadRuleFiles(
  patterns: readonly string[],
  known: LoadedFiles,
  parts: RuleFileParts,
): LoadedFiles {
  const files = new Map<string, LoadedFile>();
  for (const path of new Set(patterns.flatMap(perlGlob))) {
    const changedAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const before = known.get(path);
    if (before?.changedAtMs === changedAtMs) files.set(path, before);
    else files.set(path, loadRuleFile(path, changedAtMs, parts));
  }
  return files;
}

function loadRuleFile(path: string, changedAtMs: number, parts: RuleFileParts): LoadedFile {
  const { language, host, announce, now, stopwatch } = parts;
  announce(4, `Reading configuration from ${path}`);
  const text = readText(path, host);
  if (text === undefined) {
    const checked = { file: path, ...noRules };
    return { checked, rules: [], changedAtMs, loadedAt: now, valid: false };
  }
  const { checked, problems } = readRuleFile(text, path, language);
  tellRuleProblems(inOrder(problems, text), path, host);
  const count = checked.rules.length;
  if (count > 0) announce(6, `${count} rules loaded from ${path}`);
  const blocks = new Map(ruleBlocks(text, []).blocks.map((block) => [block.line, block]));
  const counted = checked.rules.map((rule) => countedRule(rule, stopwatch));
  return {
    checked: { ...checked, rules: counted.map(({ rule }) => rule) },
    rules: counted.map(({ rule, usage }) => ({
      source: blocks.get(rule.line) ?? { line: rule.line, keywords: new Map(), labels: [] },
      usage,
    })),
    changedAtMs,
    loadedAt: now,
    valid: problems.every(({ severity }) => severity !== 'error'),
  };
}

/** The text of a rule file; a folder reads as an empty one. */
function readText(path: string, host: Pick<Host, 'log'>): ByteString | undefined {
  try {
    if (statSync(path).isDirectory()) return '';
    return byteStringFrom(readFileSync(path));
  } catch (error) {
    host.log(2, `Can't open configuration file ${path} (${systemMessage(error)})`);
    return undefined;
  }
}

/**
 * The findings in SEC's order: it complains of a line when it reads it, of a rule
 * when it has read all of it, and of a whole file at its end.
 */
function inOrder(problems: readonly RuleProblem[], text: ByteString): readonly RuleProblem[] {
  // The lines behind which a rule is complete: blank ones and comments, in order.
  const ends = logicalLines(text).filter((one) => one.text === '' || one.text.startsWith('#'));
  const placed = problems.map((problem) => {
    const { ruleLine, line = Infinity, atEnd } = problem;
    if (atEnd) return { problem, at: Number.MAX_VALUE };
    if (ruleLine === undefined) return { problem, at: line };
    const end = ends.find((one) => one.line > ruleLine);
    return { problem, at: end?.line ?? Number.MAX_SAFE_INTEGER };
  });
  return placed.sort((left, right) => left.at - right.at).map(({ problem }) => problem);
}

/** Logs the findings of a rule file in SEC's own form: of a rule what its first failing check found. */
function tellRuleProblems(
  problems: readonly RuleProblem[],
  file: string,
  host: Pick<Host, 'log'>,
): void {
  const failed = new Map<number, number>();
  for (const { severity, ruleLine, check } of problems) {
    if (ruleLine === undefined || check === undefined || severity !== 'error') continue;
    failed.set(ruleLine, Math.min(failed.get(ruleLine) ?? check, check));
  }
  for (const { severity, ruleLine, check, line, message, lineText, nameless } of problems) {
    const first = ruleLine === undefined ? undefined : failed.get(ruleLine);
    if (check !== undefined && first !== undefined && check > first) continue;
    const level = severity === 'error' ? 2 : 3;
    if (nameless) host.log(level, message);
    else if (ruleLine !== undefined)
      host.log(level, `Rule in ${file} at line ${ruleLine}: ${message}`);
    else if (lineText !== undefined)
      host.log(level, `${file} line ${line} (${lineText}): ${message}`);
    else host.log(level, message);
  }
}
