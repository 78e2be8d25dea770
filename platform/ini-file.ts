import ini from 'ini';
import type { Place, Problem } from './problem.ts';
import { ProblemList } from './problem.ts';

/** A value with the line where it stands. */
export interface IniValue {
  readonly text: string;
  readonly place: Place;
}

/** `[kind]` or `[kind.NAME]`: the first dot ends the kind, further dots belong to the name. */
export interface IniSection {
  readonly kind: string;
  /** What follows the first dot; empty without one. */
  readonly name: string;
  readonly place: Place;
  readonly values: ReadonlyMap<string, IniValue>;
}

export interface IniFile {
  readonly file: string;
  readonly sections: readonly IniSection[];
  readonly problems: readonly Problem[];
}

/** The section of a kind that takes no name; an empty one where a file has none. */
export function singleSection(ini: IniFile, kind: string): IniSection {
  const found = ini.sections.find((section) => section.kind === kind && section.name === '');
  return found ?? { kind, name: '', place: { file: ini.file }, values: new Map() };
}

/** `[name]`, with blanks around and a comment behind, as people write it. */
const headerLine = /^\s*\[([^\]]*)\]\s*([;#].*)?$/;

/**
 * Reads an INI text with the `ini` package and adds what that package does not
 * give: the line of everything, and problems where it would silently read
 * something else than the author meant (see docs/decisions/0005).
 *
 * @param file the name under which problems are reported
 */
export function parseIni(text: string, file: string): IniFile {
  const problems = new ProblemList();
  const lines = text.split(/\r\n|\r|\n/);
  const parsed = ini.parse(lines.map(readableByPackage).join('\n'), { bracketedArray: false });
  const sections = new Map<string, MutableSection>();
  let current: MutableSection | undefined;
  let anyHeader = false;
  for (const [index, line] of lines.entries()) {
    const place = { file, line: index + 1 };
    if (/^\s*([;#].*)?$/.test(line)) continue;
    const header = headerLine.exec(line);
    anyHeader ||= /^\s*\[/.test(line);
    if (header) {
      current = openSection(sections, (header[1] ?? '').trim(), place, problems);
    } else if (/^\s*\[/.test(line)) {
      problems.error(place, `'${line.trim()}' is not a section; expected [kind] or [kind.NAME]`);
      current = undefined;
    } else if (current === undefined) {
      if (!anyHeader) problems.error(place, 'a key before the first [section]');
    } else {
      addValue(current, line, place, parsed, problems);
    }
  }
  return { file, sections: [...sections.values()], problems: problems.all };
}

interface MutableSection extends IniSection {
  readonly title: string;
  readonly values: Map<string, IniValue>;
}

/** The package takes dots in a section for nesting and knows no comment behind a header. */
function readableByPackage(line: string): string {
  const header = headerLine.exec(line);
  return header ? `[${(header[1] ?? '').trim().replaceAll('.', '\\.')}]` : line;
}

function openSection(
  sections: Map<string, MutableSection>,
  title: string,
  place: Place,
  problems: ProblemList,
): MutableSection {
  const known = sections.get(title);
  if (known) {
    problems.error(place, `section [${title}] is already in line ${known.place.line}`);
    return known;
  }
  const dot = title.indexOf('.');
  const kind = dot < 0 ? title : title.slice(0, dot);
  const name = dot < 0 ? '' : title.slice(dot + 1);
  const section = { title, kind, name, place, values: new Map<string, IniValue>() };
  sections.set(title, section);
  return section;
}

function addValue(
  section: MutableSection,
  line: string,
  place: Place,
  parsed: Record<string, unknown>,
  problems: ProblemList,
): void {
  const equals = line.indexOf('=');
  const key = line.slice(0, equals < 0 ? undefined : equals).trim();
  if (equals < 0) {
    problems.error(place, `'${key}' has no value; expected KEY = VALUE`);
    return;
  }
  const raw = line.slice(equals + 1).trim();
  const trap = valueTrap(raw);
  if (trap !== undefined) {
    problems.error(place, `${key}: ${trap}`);
    return;
  }
  const earlier = section.values.get(key);
  if (earlier) {
    problems.error(place, `key '${key}' is already in line ${earlier.place.line}`);
    return;
  }
  const values = parsed[section.title];
  const value = isRecord(values) ? values[key] : undefined;
  // A second value makes a list of the package's; the first one is the one that counts here.
  const first = Array.isArray(value) ? value[0] : value;
  const text = quotedText(raw) ?? (first === undefined ? '' : String(first));
  section.values.set(key, { text, place });
}

/**
 * What stands in quotes: within double quotes as in JSON, within single quotes as
 * it is. The package would take '1e3' for the number 1000.
 */
function quotedText(raw: string): string | undefined {
  if (raw.length > 1 && raw.startsWith("'")) return raw.slice(1, -1);
  if (!raw.startsWith('"')) return undefined;
  try {
    const text: unknown = JSON.parse(raw);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In an INI file `;` and `#` start a comment anywhere in an unquoted value, so
 * that a password `abc#1` would silently be `abc`. A comment with a blank
 * before it is meant as one; without a blank it is refused.
 */
function valueTrap(raw: string): string | undefined {
  const quote = raw[0];
  if (quote === '"' || quote === "'") {
    const behind = raw.slice(raw.lastIndexOf(quote) + 1);
    if (raw.lastIndexOf(quote) === 0) return `the quote ${quote} is not closed`;
    if (behind !== '') return 'text behind the closing quote: put comments on their own line';
    if (quote === "'" || quotedText(raw) !== undefined) return undefined;
    return 'within double quotes write \\\\ for a backslash and \\" for a quote, or use single quotes';
  }
  for (let index = 1; index < raw.length; index++) {
    const character = raw[index];
    if (character === '\\') index++;
    else if ((character === ';' || character === '#') && /\s/.test(raw[index - 1] ?? ''))
      return undefined;
    else if (character === ';' || character === '#') {
      return `'${character}' starts a comment in this format: put the value in double quotes, or write \\${character}`;
    }
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
