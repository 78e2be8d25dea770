import { trimBlanks } from '../../protocol/blanks.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';

/** What a piece of the input says. */
export type ResultReading =
  | { readonly kind: 'result'; readonly result: CheckResult }
  /** Nothing but blanks. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'bad'; readonly reason: string };

const blanks = ' \t\r\n\v\f';

/** How fields are told apart. */
export interface SetFormat {
  /** One byte. */
  readonly delimiter: ByteString;
  /**
   * `nsca`, as send_nsca does it: several delimiters count as one, blanks at the end of a set go.
   * `nsca-ng`, as its client does it: a field may be empty, and only a newline goes.
   */
  readonly style: 'nsca' | 'nsca-ng';
}

const expected = 'expected HOST, SERVICE, RETURN CODE, OUTPUT, or HOST, RETURN CODE, OUTPUT';

/**
 * Reads a set: four fields are a result of a service, three of a host. Which it is where an output
 * is missing, or holds a delimiter, tells the return code: a whole number. The real clients take
 * another third field for code 0 (OK).
 *
 * Source: observation of send_nsca 2.10.2 and NSCA-ng's 1.6.
 *
 * @param time when the result was made, Unix time in seconds
 */
export function readResultSet(set: ByteString, format: SetFormat, time: number): ResultReading {
  const text = withoutEdges(set, format);
  if (trimBlanks(text) === '') return { kind: 'empty' };
  const rest = new FieldCutter(text, format);
  const host = rest.next();
  const second = rest.next();
  if (host === undefined || second === undefined) return { kind: 'bad', reason: expected };
  rest.passDelimiters();
  const hostOutput = rest.rest;
  const third = rest.next();
  if (third === undefined) return { kind: 'bad', reason: expected };
  const hostCode = returnCodeIn(second);
  const serviceCode = returnCodeIn(third);
  const isService =
    serviceCode !== undefined && (rest.rest !== undefined || hostCode === undefined);
  if (isService) {
    const service = second === '' ? null : second;
    const output = rest.rest ?? '';
    return { kind: 'result', result: { host, service, returnCode: serviceCode, output, time } };
  }
  if (hostCode === undefined) return { kind: 'bad', reason: `${expected}; found no return code` };
  const output = hostOutput ?? '';
  const result = { host, service: null, returnCode: hostCode, output, time };
  return { kind: 'result', result };
}

/** What surrounds a set: line ends of the file that it stands in. */
function withoutEdges(set: ByteString, { style }: SetFormat): ByteString {
  const text = set.replace(/^[\r\n]+/, '');
  if (style === 'nsca-ng') return text.replace(/\r?\n$/, '');
  let end = text.length;
  while (end > 0 && blanks.includes(text[end - 1] ?? 'none')) end--;
  return text.slice(0, end);
}

/** A return code as a 16-bit number; undefined when the field is none. */
function returnCodeIn(field: ByteString): number | undefined {
  if (!/^[ \t]*[+-]?\d{1,5}[ \t]*$/.test(field)) return undefined;
  const code = Number(field);
  return code >= -32_768 && code <= 32_767 ? code : undefined;
}

/** Cuts fields from the front of a text. */
class FieldCutter {
  readonly #delimiter: ByteString;
  readonly #collapses: boolean;
  #rest: ByteString | undefined;

  constructor(text: ByteString, { delimiter, style }: SetFormat) {
    this.#delimiter = delimiter;
    this.#collapses = style === 'nsca';
    this.#rest = text;
  }

  /** What is behind the delimiter of the last field; undefined when there is none. */
  get rest(): ByteString | undefined {
    return this.#rest;
  }

  /** The next field; undefined when there is none. */
  next(): ByteString | undefined {
    this.passDelimiters();
    const rest = this.#rest;
    if (rest === undefined || (this.#collapses && rest === '')) return undefined;
    const end = rest.indexOf(this.#delimiter);
    this.#rest = end < 0 ? undefined : rest.slice(end + 1);
    return end < 0 ? rest : rest.slice(0, end);
  }

  /** Where several delimiters count as one: passes those that stand here. */
  passDelimiters(): void {
    if (!this.#collapses) return;
    while (this.#rest?.startsWith(this.#delimiter)) this.#rest = this.#rest.slice(1);
  }
}
