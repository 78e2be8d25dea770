import os from 'node:os';
import type { Key, KeyTable } from '../../platform/config-schema.ts';
import type { ConfigShape, SectionShape } from '../../platform/config-shape.ts';
import { defaultText } from '../../platform/default-text.ts';
import { markdownBody } from './markdown-page.ts';
import {
  bold,
  example,
  heading,
  item,
  page,
  paragraph,
  roffInline,
  roffText,
  subheading,
  title,
} from './roff.ts';

/** What a page about a configuration file says beyond its keys. */
export interface ConfigNotes {
  /** `nagtail.ini` */
  readonly name: string;
  readonly oneLine: string;
  /** Its usual path. */
  readonly path: string;
  /** An example: a whole file. */
  readonly example: string;
  /** The part of docs/CONFIGURATION.md about how values are written. */
  readonly values: string;
  readonly seeAlso: string;
}

/** The manual page (5) of a configuration file, made of the tables that read it. */
export function configPage(shape: ConfigShape, notes: ConfigNotes): string {
  return page([
    title(notes.name, 5),
    heading('Name'),
    `${roffText(notes.name)} \\- ${roffInline(notes.oneLine)}\n`,
    heading('Description'),
    paragraph(
      `\`${notes.path}\` is an INI file: sections in brackets, and in each \`key = value\`. Files \`conf.d/*.ini\` beside it are laid over it. Unknown sections and keys are errors.`,
    ),
    ...shape.map(sectionPart),
    heading('How values are written'),
    markdownBody(notes.values),
    heading('Example'),
    example(notes.example),
    heading('See also'),
    `${roffInline(notes.seeAlso)}\n`,
  ]);
}

function sectionPart({ kind, name, about, keys, variants }: SectionShape): string {
  const variantParts = Object.entries(variants?.of ?? {}).map(([value, table]) => {
    return subheading(`with ${variants?.by ?? ''} = ${value}`) + keyItems(table);
  });
  return [
    heading(`[${kind}${name === '' ? '' : `.${name}`}]`).replace(/"\[.*\]"/, (text) =>
      sectionName(text),
    ),
    paragraph(about),
    keyItems(keys),
    ...variantParts,
  ].join('');
}

/** Names of sections are not shouted as other headings are. */
function sectionName(text: string): string {
  return text.toLowerCase().replace(/\.name\]"$/, '.NAME]"');
}

function keyItems(table: KeyTable): string {
  return Object.entries(table)
    .map(([name, key]) => {
      const parts = [sentence(key.about), rangeSentence(key), defaultSentence(name, key)];
      return item(bold(name), parts.filter((part) => part !== '').join(' '));
    })
    .join('');
}

function rangeSentence({ range, about }: Key<unknown>): string {
  return range === undefined || about.includes(range) ? '' : `Value: ${range}.`;
}

function defaultSentence(name: string, key: Key<unknown>): string {
  if (!('otherwise' in key)) return 'Must be given.';
  // Pages are the same wherever they are made.
  if (name === 'host_name') return 'Default: the short host name.';
  const text = defaultText(key);
  if (text === undefined) return '';
  return `Default: \`${text === os.hostname() ? 'the host name' : text}\`.`;
}

function sentence(about: string): string {
  return `${about.slice(0, 1).toUpperCase()}${about.slice(1)}${/[.!?]$/.test(about) ? '' : '.'}`;
}
