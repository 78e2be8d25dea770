import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { optionalPath, secretText } from './config-keys.ts';
import { type ReadContext, readKey } from './config-schema.ts';
import { systemReason } from './errors.ts';
import type { IniSection } from './ini-file.ts';
import type { Place, ProblemList } from './problem.ts';

/** Bytes that must not be seen: printing, logging or serialising one shows `[secret]`. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, for the one place that needs them. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** The names of the two keys of a secret: its text, and the file that holds it. */
export interface SecretNames {
  readonly text: string;
  readonly file: string;
}

const passwordNames: SecretNames = { text: 'password', file: 'password_file' };

/** The keys that a section with a secret has. */
export const secretKeys = {
  password: secretText('the password; better in a file of its own: password_file'),
  password_file: optionalPath('file that holds the password'),
};

/**
 * The secret of a section: in exactly one of its two keys, `password` and `password_file`
 * unless they have other names. A newline at the end of the file does not belong to the secret. Undefined after
 * reporting why there is none.
 */
export function readSecret(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
  names = passwordNames,
): Secret | undefined {
  const password = readKey(names.text, secretKeys.password, section, context, problems);
  const file = readKey(names.file, secretKeys.password_file, section, context, problems);
  const place = section.values.get(names.file)?.place ?? section.place;
  if (password !== undefined && file !== undefined) {
    problems.error(place, `expected either ${names.text} or ${names.file}, found both`);
    return undefined;
  }
  if (password !== undefined) return new Secret(Buffer.from(password, 'utf8'));
  if (file === undefined) {
    problems.error(section.place, `expected ${names.file} = FILE, or ${names.text} =`);
    return undefined;
  }
  return readSecretFile(file, place, problems, names.file);
}

/** The secret that a file holds; undefined after reporting, at `place`, why it cannot be read. */
export function readSecretFile(
  file: string,
  place: Place,
  problems: ProblemList,
  key = passwordNames.file,
): Secret | undefined {
  try {
    return new Secret(withoutFinalNewline(readFileSync(file)));
  } catch (error) {
    problems.error(place, `${key}: cannot read ${file}: ${systemReason(error)}`);
    return undefined;
  }
}

function withoutFinalNewline(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end--;
  if (bytes[end - 1] === 0x0d) end--;
  return bytes.subarray(0, end);
}
