import { suggestion } from '../../platform/nearest-name.ts';
import type { Place, ProblemList } from '../../platform/problem.ts';
import { Secret } from '../../platform/secret.ts';
import { trimBlanks } from '../../protocol/blanks.ts';
import { type ByteString, bytesOf, textOf } from '../../protocol/byte-string.ts';

/** What a send_nsca.cfg of NSCA-ng says. */
export interface NscaNgCfg {
  readonly identity: string | undefined;
  readonly password: Secret | undefined;
  readonly server: string | undefined;
  readonly port: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly delaySeconds: number | undefined;
  readonly tlsCiphers: string | undefined;
}

const texts = ['identity', 'password', 'server', 'tls_ciphers', 'encryption_method'];
const numbers: Readonly<Record<string, readonly [min: number, max: number]>> = {
  port: [1, 65_535],
  timeout: [0, 86_400],
  delay: [0, 86_400],
};
const keys = [...texts, ...Object.keys(numbers)];

/**
 * Reads the configuration of NSCA-ng's client: `key = value`, a value that holds blanks or `#` in
 * single or double quotes, a backslash before what is to stand for itself; `#` begins a comment,
 * a backslash at the end of a line lets it go on in the next. `encryption_method` means nothing.
 *
 * Source: NSCA-ng's manual of this file, and observation of its client 1.6.
 *
 * @param file the name under which problems are reported
 */
export function readNscaNgCfg(text: ByteString, file: string, problems: ProblemList): NscaNgCfg {
  const given = new Map<string, ByteString>();
  for (const { line, place } of logicalLines(text, file)) {
    if (/^[\t\r ]*(#|$)/.test(line)) continue;
    const parts = /^[\t ]*(\w+)[\t ]*=[\t ]*/.exec(line);
    const key = parts?.[1] ?? trimBlanks(line);
    const value = parts === null ? undefined : unquoted(line.slice(parts[0].length));
    if (!keys.includes(key)) {
      problems.error(place, `unknown key '${textOf(key)}'${suggestion(key, keys)}`);
    } else if (value === undefined) {
      problems.error(place, `${key}: expected ${key} = "VALUE"`);
    } else if (isNumber(key, value, place, problems)) {
      given.set(key, value);
    }
  }
  const textIn = (key: string) => {
    const value = given.get(key);
    return value === undefined ? undefined : textOf(value);
  };
  const number = (key: string) => (given.has(key) ? Number(given.get(key)) : undefined);
  const password = given.get('password');
  return {
    identity: textIn('identity'),
    password: password === undefined ? undefined : new Secret(bytesOf(password)),
    server: textIn('server'),
    port: number('port'),
    timeoutSeconds: number('timeout'),
    delaySeconds: number('delay'),
    tlsCiphers: textIn('tls_ciphers'),
  };
}

/** False after reporting that a key's value is no number although it must be one. */
function isNumber(key: string, value: string, place: Place, problems: ProblemList): boolean {
  const limits = numbers[key];
  if (limits === undefined) return true;
  const [min, max] = limits;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return true;
  problems.error(place, `${key}: expected a whole number from ${min} to ${max}, found '${value}'`);
  return false;
}

/** Lines with those that follow a backslash; each at the place where it begins. */
function logicalLines(text: ByteString, file: string): { line: ByteString; place: Place }[] {
  const lines: { line: ByteString; place: Place }[] = [];
  let open: { line: ByteString; place: Place } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const goesOn = raw.endsWith('\\');
    const line = goesOn ? raw.slice(0, -1) : raw;
    open = { line: (open?.line ?? '') + line, place: open?.place ?? { file, line: index + 1 } };
    if (goesOn) continue;
    lines.push(open);
    open = undefined;
  }
  return open === undefined ? lines : [...lines, open];
}

/** A value without its quotes and escapes; undefined when it is none. */
function unquoted(text: ByteString): ByteString | undefined {
  const quoted = /^(["'])((?:\\.|(?!\1)[^\\])*)\1[\t\r ]*(?:#.*)?$/s.exec(text)?.[2];
  const plain = quoted ?? /^((?:\\.|[^\t\r "'#\\])+)[\t\r ]*(?:#.*)?$/s.exec(text)?.[1];
  return plain?.replace(/\\(.)/gs, '$1');
}
