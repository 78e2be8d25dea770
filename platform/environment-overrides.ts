import type { SectionKinds } from './config-schema.ts';
import type { IniFile, IniSection, IniValue } from './ini-file.ts';
import { titleOf } from './merge-ini-files.ts';
import { suggestion } from './nearest-name.ts';
import { type Problem, ProblemList } from './problem.ts';

const prefix = 'NAGTAIL_';

/** Between a section and a key. Other variables of the program have no two of these in a row. */
const separator = '__';

/**
 * Lays what the environment says over a configuration: `NAGTAIL_RECEIVER_MAIN__PORT` is `port` of `[receiver.main]`,
 * `NAGTAIL_AGENT__STATE_DIR` is `state_dir` of `[agent]`. A variable replaces or adds a key; sections with a name must be there.
 * The text is taken as it is. A variable that names no section is a problem; one of another program's sections is not ours.
 * @param kinds the kinds of sections that the program has
 */
export function withEnvironment(
  ini: IniFile,
  kinds: SectionKinds,
  environment: Readonly<Record<string, string | undefined>>,
): IniFile {
  const problems = new ProblemList();
  const sections = [...ini.sections];
  for (const [variable, text] of Object.entries(environment).toSorted()) {
    const named = namesOf(variable, kinds);
    if (named === undefined || text === undefined) continue;
    const place = { file: `environment variable ${variable}` };
    const at = sections.findIndex((section) => shoutedTitle(section) === named.section);
    const isSingle = kinds[named.kind] === 'single' && named.section === named.kind.toUpperCase();
    if (at < 0 && !isSingle) {
      problems.addAll([unknownSection(named.section, sections, place)]);
      continue;
    }
    const section = sections[at] ?? { kind: named.kind, name: '', place, values: new Map() };
    sections[at < 0 ? sections.length : at] = withValue(section, named.key, {
      // What it holds is meant as it is.
      text: text.replaceAll('${', () => '$${'),
      place,
    });
  }
  return { ...ini, sections, problems: [...ini.problems, ...problems.all] };
}

interface Named {
  readonly kind: string;
  /** In capitals, as in the variable. */
  readonly section: string;
  readonly key: string;
}

function namesOf(variable: string, kinds: SectionKinds): Named | undefined {
  const at = variable.lastIndexOf(separator);
  if (!variable.startsWith(prefix) || at < prefix.length) return undefined;
  const section = variable.slice(prefix.length, at);
  const kind = Object.keys(kinds).find((one) => {
    return section === one.toUpperCase() || section.startsWith(`${one.toUpperCase()}_`);
  });
  if (kind === undefined) return undefined;
  return { kind, section, key: variable.slice(at + separator.length).toLowerCase() };
}

/** `receiver.web-01` → `RECEIVER_WEB_01`. */
function shoutedTitle(section: IniSection): string {
  return titleOf(section)
    .replace(/[^A-Za-z0-9]/g, '_')
    .toUpperCase();
}

function unknownSection(
  name: string,
  sections: readonly IniSection[],
  place: Problem['place'],
): Problem {
  const known = sections.map(shoutedTitle);
  const message = `the configuration has no section that ${name} stands for${suggestion(name, known)}`;
  return { place, severity: 'error', message };
}

function withValue(section: IniSection, key: string, value: IniValue): IniSection {
  return { ...section, values: new Map([...section.values, [key, value]]) };
}
