import { type ConfigShape, keysOfSection, shapeOf } from './config-shape.ts';
import { defaultText } from './default-text.ts';
import { type IniFile, type IniSection, singleSection } from './ini-file.ts';
import { titleOf } from './merge-ini-files.ts';
import type { Place } from './problem.ts';

/** A key as it is in effect. */
export interface EffectiveKey {
  readonly section: string;
  readonly key: string;
  /** As a configuration file would say it; undefined when nothing holds. Never a secret. */
  readonly value: string | undefined;
  /** `FILE:LINE`, `default`, or the variable of the environment. */
  readonly origin: string;
}

/** In the place of a secret. */
const masked = '[secret]';

/** In the place of what a key holds that there is none of: it may be a secret with its name misspelt. */
const maskedUnknown = '[hidden: unknown key]';

/**
 * Everything that a configuration says, defaults included, and where each value comes from. Secrets are masked. Variables
 * in values (`${NAME}`) stand as they are written.
 */
export function effectiveConfig(ini: IniFile, shape: ConfigShape): readonly EffectiveKey[] {
  const absent = shape
    .filter(({ name }) => name === '')
    .filter(({ kind }) => !ini.sections.some((one) => one.kind === kind && one.name === ''))
    .map(({ kind }) => singleSection(ini, kind));
  const kinds = shape.map(({ kind }) => kind);
  const order = (section: IniSection) =>
    (kinds.indexOf(section.kind) + kinds.length + 1) % (kinds.length + 1);
  return [...ini.sections, ...absent]
    .toSorted((a, b) => order(a) - order(b))
    .flatMap((section) => keysOf(section, shape));
}

function keysOf(section: IniSection, shape: ConfigShape): readonly EffectiveKey[] {
  const title = titleOf(section);
  const known = shapeOf(shape, section);
  const by = known?.variants?.by;
  const chosen = by === undefined ? '' : textOf(section, by, known?.keys[by]);
  const table = known === undefined ? {} : keysOfSection(known, chosen);
  const rows = Object.entries(table).map(([key, description]): EffectiveKey => {
    const given = section.values.get(key);
    if (given === undefined) {
      return { section: title, key, value: defaultText(description), origin: 'default' };
    }
    const value = description.isSecret === true ? masked : given.text;
    return { section: title, key, value, origin: originOf(given.place) };
  });
  const unknown = [...section.values]
    .filter(([key]) => !Object.hasOwn(table, key))
    .map(([key, { place }]): EffectiveKey => {
      return { section: title, key, value: maskedUnknown, origin: originOf(place) };
    });
  return [...rows, ...unknown];
}

function textOf(
  section: IniSection,
  key: string,
  description: Parameters<typeof defaultText>[0] | undefined,
): string {
  return section.values.get(key)?.text ?? (description && defaultText(description)) ?? '';
}

function originOf({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** Keys as an INI file, each with its origin behind it where that is wanted. */
export function formatConfig(keys: readonly EffectiveKey[], withOrigin: boolean): string {
  const width = Math.min(40, Math.max(0, ...keys.map((key) => lineOf(key).length)));
  const lines: string[] = [];
  let section = '';
  for (const key of keys) {
    if (key.section !== section) lines.push(...(section === '' ? [] : ['']), `[${key.section}]`);
    section = key.section;
    const line = lineOf(key);
    // Behind a closing quote nothing may stand.
    if (withOrigin && line.endsWith('"')) lines.push(`; ${key.origin}:`, line);
    else lines.push(withOrigin ? `${line.padEnd(width)} ; ${key.origin}` : line);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** A key without a value is a comment, so that the whole can be read as a configuration. */
function lineOf({ key, value }: EffectiveKey): string {
  if (value === undefined) return `; ${key} =`;
  const isPlain = /^[^\s"';#\\][^"';#\\]*(?<!\s)$/.test(value);
  return `${key} = ${value === '' || isPlain ? value : JSON.stringify(value)}`.trimEnd();
}
