import { nrdpRow, type RowsReading } from './nrdp-result.ts';
import { jsonDepthMax, requestResultsMax } from './request-limits.ts';

/**
 * Reads the check results of a JSON document: `{"checkresults": [{"checkresult": {"type": …},
 * "hostname": …, …}]}`. The object `checkresult` holds what are attributes in XML, the other
 * fields stand beside it. Values are texts or numbers. As in the real server a document
 * without `checkresults` holds no results.
 *
 * Source: the format that NRDP's clients send.
 */
export function readJsonCheckResults(text: string): RowsReading {
  if (isDeeperThan(text, jsonDepthMax)) {
    return { ok: false, information: `more than ${jsonDepthMax} levels` };
  }
  const document = parse(text);
  if (document === undefined) return { ok: false, information: 'Syntax error' };
  const root = fieldsOf(document);
  if (root === undefined) return { ok: false, information: 'expected an object' };
  const checks = root.get('checkresults') ?? [];
  if (!Array.isArray(checks))
    return { ok: false, information: 'expected checkresults to be a list' };
  if (checks.length > requestResultsMax) {
    return { ok: false, information: `more than ${requestResultsMax} check results` };
  }
  return { ok: true, rows: checks.map((check: unknown) => rowOf(check)) };
}

function rowOf(check: unknown) {
  const fields = fieldsOf(check) ?? new Map<string, unknown>();
  const attributes = fieldsOf(fields.get('checkresult')) ?? new Map<string, unknown>();
  return nrdpRow({
    type: textOf(attributes.get('type')),
    hostname: textOf(fields.get('hostname')),
    servicename: textOf(fields.get('servicename')),
    state: textOf(fields.get('state')),
    output: textOf(fields.get('output')),
    time: textOf(fields.get('time')),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object's own fields; undefined when it is none. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Whether lists and objects are nested more deeply: known before anything is built of them. */
function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > levels) return true;
  }
  return false;
}

/** Where a text of JSON ends that begins at `start`: the position of its last quote. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
