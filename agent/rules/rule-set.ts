import { globSync, readFileSync } from 'node:fs';
import { systemReason } from '../../platform/errors.ts';
import { suggestion } from '../../platform/nearest-name.ts';
import { hasErrors, type Place, type Problem, ProblemList } from '../../platform/problem.ts';
import { type ByteString, byteStringFrom, textOf } from '../../protocol/byte-string.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import type { Language } from '../sec/language.ts';
import { readRuleFile } from '../sec/rule-file/read-rule-file.ts';
import type { RuleProblem } from '../sec/rule-file/rule-problem.ts';

/** What a look at the rule files has found. */
export interface RuleSetReading {
  /** The files as they run from now on, in lexical order. */
  readonly files: readonly CheckedRuleFile[];
  readonly problems: readonly Problem[];
  /** Files that are other than before, or gone: their operations end. */
  readonly changed: ReadonlySet<string>;
  /** Files that have errors now and go on as they were before. */
  readonly kept: readonly string[];
}

interface LoadedFile {
  readonly text: ByteString;
  readonly checked: CheckedRuleFile;
}

/** The rule files that a glob names, read and checked, and read again when they have changed. */
export class RuleSet {
  readonly #glob: string;
  readonly #place: Place;
  readonly #language: Language;
  #loaded: ReadonlyMap<string, LoadedFile> = new Map();

  /** @param place where the glob was given, for a glob that matches nothing */
  constructor(glob: string, place: Place, language: Language) {
    this.#glob = glob;
    this.#place = place;
    this.#language = language;
  }

  /** The text of each file as it runs. */
  get texts(): ReadonlyMap<string, ByteString> {
    return new Map([...this.#loaded].map(([path, { text }]) => [path, text]));
  }

  /** Takes files as another set had them, whatever they are on disk by now. */
  readTexts(texts: ReadonlyMap<string, ByteString>): RuleSetReading {
    const problems = new ProblemList();
    this.#loaded = new Map(
      [...texts].map(([path, text]) => [path, this.#check(path, text, problems)]),
    );
    const files = [...this.#loaded.values()].map(({ checked }) => checked);
    return { files, problems: problems.all, changed: new Set(), kept: [] };
  }

  /**
   * Looks at the files. One that is as before stays what it is. A file that cannot be
   * read and a rule with an error are problems: at first everything else is
   * loaded, later such a file goes on as it was.
   */
  read(): RuleSetReading {
    const problems = new ProblemList();
    const kept: string[] = [];
    const loaded = new Map<string, LoadedFile>();
    const paths = globSync(this.#glob).sort();
    if (paths.length === 0) problems.error(this.#place, `rules: no file matches ${this.#glob}`);
    for (const path of paths) {
      const before = this.#loaded.get(path);
      const now = this.#readFile(path, before, problems);
      if (now.kept) kept.push(path);
      if (now.file !== undefined) loaded.set(path, now.file);
    }
    const changed = [...this.#loaded].filter(([path, file]) => loaded.get(path) !== file);
    this.#loaded = loaded;
    return {
      files: [...loaded.values()].map(({ checked }) => checked),
      problems: problems.all,
      changed: new Set(changed.map(([path]) => path)),
      kept,
    };
  }

  #readFile(
    path: string,
    before: LoadedFile | undefined,
    problems: ProblemList,
  ): { readonly file: LoadedFile | undefined; readonly kept: boolean } {
    let text: ByteString;
    try {
      text = byteStringFrom(readFileSync(path));
    } catch (error) {
      problems.error({ file: path }, `cannot read the rule file: ${systemReason(error)}`);
      return { file: before, kept: before !== undefined };
    }
    if (text === before?.text) return { file: before, kept: false };
    const found = new ProblemList();
    const file = this.#check(path, text, found);
    problems.addAll(found.all);
    if (before !== undefined && hasErrors(found.all)) return { file: before, kept: true };
    return { file, kept: false };
  }

  #check(path: string, text: ByteString, problems: ProblemList): LoadedFile {
    const reading = readRuleFile(text, path, this.#language);
    const worthTelling = reading.problems.filter(({ isSummary }) => !isSummary);
    problems.addAll(worthTelling.map((problem) => placedProblem(path, problem)));
    return { text, checked: reading.checked };
  }
}

/** A finding in a rule file as a problem of that file, with what to do about it. */
export function placedProblem(
  file: string,
  { severity, line, message, hint, unknown }: RuleProblem,
): Problem {
  const place = line === undefined ? { file } : { file, line };
  const otherwise = hint === undefined ? '' : `; ${textOf(hint)}`;
  const advice = (unknown && suggestion(textOf(unknown.name), unknown.known)) || otherwise;
  return { severity, place, message: onOneLine(textOf(message)) + advice };
}

/** Perl says some things in several lines, and sometimes nothing behind a colon. */
function onOneLine(text: string): string {
  return text.replace(/:? ?$/, '').replaceAll('\n', '; ');
}
