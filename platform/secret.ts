import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { optionalPath, optionalText } from './config-keys.ts';
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

/** The keys that a section with a secret has. */
export const secretKeys = {
  password: optionalText('the password; better in a file of its own: password_file'),
  password_file: optionalPath('file that holds the password'),
};

/**
 * The secret of a section: in exactly one of `password` and `password_file`. A
 * newline at the end of the file does not belong to the secret. Undefined after
 * reporting why there is none.
 */
export function readSecret(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): Secret | undefined {
  const password = readKey('password', secretKeys.password, section, context, problems);
  const file = readKey('password_file', secretKeys.password_file, section, context, problems);
  const place = section.values.get('password_file')?.place ?? section.place;
  if (password !== undefined && file !== undefined) {
    problems.error(place, 'expected either password or password_file, found both');
    return undefined;
  }
  if (password !== undefined) return new Secret(Buffer.from(password, 'utf8'));
  if (file === undefined) {
    problems.error(section.place, 'expected password_file = FILE, or password =');
    return undefined;
  }
  return readSecretFile(file, place, problems);
}

/** The secret that a file holds; undefined after reporting, at `place`, why it cannot be read. */
export function readSecretFile(
  file: string,
  place: Place,
  problems: ProblemList,
): Secret | undefined {
  try {
    return new Secret(withoutFinalNewline(readFileSync(file)));
  } catch (error) {
    problems.error(place, `password_file: cannot read ${file}: ${systemReason(error)}`);
    return undefined;
  }
}

function withoutFinalNewline(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end--;
  if (bytes[end - 1] === 0x0d) end--;
  return bytes.subarray(0, end);
}
