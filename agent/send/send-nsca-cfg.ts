import { suggestion } from '../../platform/nearest-name.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { Secret } from '../../platform/secret.ts';
import { trimBlanks } from '../../protocol/blanks.ts';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';

/** What a send_nsca.cfg of NSCA says; its defaults are those of send_nsca. */
export interface SendNscaCfg {
  readonly password: Secret;
  readonly method: NscaMethod;
  readonly legacy: boolean;
}

const keys = ['password', 'encryption_method', 'legacy_2_7_mode'];

/**
 * Reads the configuration of send_nsca: `key=value` on each line. A value begins right behind
 * the `=` and goes to the end of its line, blanks included: so a password with a blank before or
 * behind is another one for the real programs, too, which a warning tells. An unknown key is an error.
 *
 * Source: observation of send_nsca 2.10.2 and its sample file.
 *
 * @param file the name under which problems are reported
 */
export function readSendNscaCfg(
  text: ByteString,
  file: string,
  problems: ProblemList,
): SendNscaCfg {
  let password = '';
  let method: NscaMethod = 1;
  let legacy = false;
  for (const [index, line] of text.split('\n').entries()) {
    const place = { file, line: index + 1 };
    if (/^[\t\r ]*(#|$)/.test(line)) continue;
    const equals = line.indexOf('=');
    const key = trimBlanks(line.slice(0, equals < 0 ? undefined : equals));
    const value = line.slice(equals + 1);
    if (!keys.includes(key)) {
      problems.error(place, `unknown key '${key}'${suggestion(key, keys)}`);
    } else if (equals < 0) {
      problems.error(place, `'${key}' has no value; expected ${key}=VALUE`);
    } else if (key === 'password') {
      password = value;
      if (trimBlanks(value) !== value) {
        problems.warning(place, 'the password begins or ends with a blank, which belongs to it');
      }
    } else if (key === 'encryption_method') {
      const parsed = parseNscaMethod(value);
      if (parsed.ok) method = parsed.method;
      else problems.error(place, `encryption_method: ${parsed.message}`);
    } else {
      const word = trimBlanks(value).toLowerCase();
      legacy = ['yes', 'true'].includes(word);
      if (!legacy && !['no', 'false'].includes(word)) {
        problems.error(place, `legacy_2_7_mode: expected yes or no, found '${word}'`);
      }
    }
  }
  return { password: new Secret(bytesOf(password)), method, legacy };
}
