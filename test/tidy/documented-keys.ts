import type { Key, KeyTable } from '../../platform/config-schema.ts';
import { defaultText } from '../../platform/default-text.ts';
import { tableRows } from './document-tables.ts';

/** The keys of a section, as docs/CONFIGURATION.md has it as a heading. */
export interface DocumentedSection {
  readonly section: string;
  readonly keys: KeyTable;
}

/** Defaults that depend on the machine, in the document's words. */
const machineDefaults: Readonly<Record<string, string>> = { host_name: 'the short host name' };

/**
 * Compares the tables `| key | default | meaning |` of a document with the keys
 * that the programs read: a missing key, an unknown one, or another default.
 */
export function keyDocumentFaults(
  markdown: string,
  sections: readonly DocumentedSection[],
): string[] {
  const rows = tableRows(markdown);
  return sections.flatMap(({ section, keys }) => {
    const ofSection = rows.filter((row) => isAbout(row.section, section));
    const missing = Object.keys(keys)
      .filter((name) => !ofSection.some(({ cells }) => cells[0] === name))
      .map((name) => `[${section}] ${name} is not documented`);
    const wrong = ofSection.flatMap(({ line, cells: [name = '', shown = ''] }) => {
      const key = keys[name];
      if (key === undefined) return [`line ${line}: ${section} has no key ${name}`];
      const actual = machineDefaults[name] ?? shownDefault(key);
      return shown === actual ? [] : [`line ${line}: the default of ${name} is ${actual}`];
    });
    return [...missing, ...wrong];
  });
}

/** `[agent]` may have several tables, under headings as "Delivery, in `[agent]`". */
function isAbout(heading: string, section: string): boolean {
  return heading === section || heading.endsWith(`, in \`${section}\``);
}

/** A default as the document shows it. */
function shownDefault(key: Key<unknown>): string {
  return 'otherwise' in key ? (defaultText(key) ?? 'none') : 'must be given';
}
