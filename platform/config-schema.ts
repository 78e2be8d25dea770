import type { IniFile, IniSection, IniValue } from './ini-file.ts';
import { titleOf } from './merge-ini-files.ts';
import { suggestion } from './nearest-name.ts';
import { type Place, ProblemList } from './problem.ts';

/** What reading one value gives: the typed value, or what was expected, or a finding in its own words. */
export type Reading<T> =
  | { readonly value: T }
  | { readonly expected: string }
  | { readonly finding: string };

/** One key of a section: how its text is read, what holds without it, what it is for. */
export interface Key<T> {
  readonly read: (text: string, context: ReadContext) => Reading<T>;
  /** The value when the key is absent; a key without `otherwise` must be given. */
  readonly otherwise?: T | undefined;
  /** One line for messages and manual pages. */
  readonly about: string;
  /** What its value may be, where that can be said in a few words: for manual pages. */
  readonly range?: string;
  /** Its value must never be shown. */
  readonly isSecret?: true;
}

/** What reading a value may need to know. */
export interface ReadContext {
  /** Relative paths are relative to the folder of the configuration file. */
  readonly folder: string;
}

export type KeyTable = { readonly [name: string]: Key<unknown> };

/** The typed values that a table of keys gives. */
export type ValuesOf<Table extends KeyTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Key<infer T> ? T : never;
};

/** A section that was read: its typed values, and where each given one stands. */
export interface ReadSection<Table extends KeyTable> {
  readonly name: string;
  readonly place: Place;
  readonly values: ValuesOf<Table>;
  readonly given: ReadonlyMap<string, IniValue>;
}

/**
 * Reads a section by its table. Unknown keys, bad values and missing keys are
 * problems. With a bad or missing value the section is undefined, so that what is
 * returned can be trusted without further checks; an unknown key leaves the
 * known ones as they are, so that whoever checks can go on to the rest.
 */
export function readSection<Table extends KeyTable>(
  section: IniSection,
  table: Table,
  context: ReadContext,
  problems: ProblemList,
): ReadSection<Table> | undefined {
  reportUnknownKeys(section, table, problems);
  const found = new ProblemList();
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(table)) {
    values[name] = readKey(name, key, section, context, found);
  }
  problems.addAll(found.all);
  if (found.all.length > 0) return undefined;
  return {
    name: section.name,
    place: section.place,
    // Each key of the table was read by its own reader just above.
    values: values as ValuesOf<Table>,
    given: section.values,
  };
}

function reportUnknownKeys(section: IniSection, table: KeyTable, problems: ProblemList): void {
  for (const [name, { place }] of section.values) {
    if (Object.hasOwn(table, name)) continue;
    const nearest = suggestion(name, Object.keys(table));
    problems.error(place, `unknown key '${name}' in [${titleOf(section)}]${nearest}`);
  }
}

/**
 * Reads one key of a section. A missing key gives what holds without it, and is a
 * problem when nothing does; a bad value is a problem and gives undefined.
 */
export function readKey<T>(
  name: string,
  key: Key<T>,
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): T | undefined {
  const given = section.values.get(name);
  if (given === undefined) {
    if (!('otherwise' in key)) {
      problems.error(section.place, `[${titleOf(section)}] needs '${name}': ${key.about}`);
    }
    return key.otherwise;
  }
  const expanded = expandEnvironment(given.text);
  if ('missing' in expanded) {
    problems.error(
      given.place,
      `${name}: the environment has no variable ${expanded.missing}; set it, or write $\${ for a literal \${`,
    );
    return undefined;
  }
  const reading = key.read(expanded.text, context);
  if ('value' in reading) return reading.value;
  const finding = 'finding' in reading ? reading.finding : `expected ${reading.expected}`;
  problems.error(given.place, `${name}: ${finding}`);
  return undefined;
}

/** `${NAME}` stands for an environment variable; `$${` for the text `${`. */
function expandEnvironment(text: string): { text: string } | { missing: string } {
  let missing: string | undefined;
  const expanded = text.replace(
    /(\$?)\$\{([A-Za-z_]\w*)\}/g,
    (whole, escaped: string, name: string) => {
      if (escaped !== '') return whole.slice(1);
      const value = process.env[name];
      if (value === undefined) missing ??= name;
      return value ?? '';
    },
  );
  return missing === undefined ? { text: expanded } : { missing };
}

/** The kinds of sections that a configuration has, and whether a section of the kind has a name. */
export type SectionKinds = Readonly<Record<string, 'single' | 'named'>>;

/** Reports sections whose kind is none of those given, and those that have or lack a name wrongly. */
export function reportUnknownSections(
  file: IniFile,
  kinds: SectionKinds,
  problems: ProblemList,
): void {
  for (const section of file.sections) {
    const rule = kinds[section.kind];
    if (rule === undefined) {
      const nearest = suggestion(section.kind, Object.keys(kinds));
      problems.error(section.place, `unknown section [${titleOf(section)}]${nearest}`);
    } else if (rule === 'named' && section.name === '') {
      problems.error(section.place, `[${section.kind}] needs a name: [${section.kind}.NAME]`);
    } else if (rule === 'single' && section.name !== '') {
      problems.error(section.place, `[${section.kind}] takes no name`);
    }
  }
}
