import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { systemReason } from './errors.ts';
import type { IniValue } from './ini-file.ts';
import type { ProblemList } from './problem.ts';

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

/** The keys of a section that may hold a secret, as they were read. */
export interface SecretKeys {
  readonly password: string | undefined;
  readonly password_file: string | undefined;
}

/**
 * The secret of a section that has `password` or `password_file`: exactly one of
 * them. A newline at the end of the file does not belong to the secret.
 */
export function readSecret(
  keys: SecretKeys,
  given: ReadonlyMap<string, IniValue>,
  sectionPlace: IniValue['place'],
  problems: ProblemList,
): Secret | undefined {
  const { password, password_file: file } = keys;
  if (password !== undefined && file !== undefined) {
    const place = given.get('password_file')?.place ?? sectionPlace;
    problems.error(place, 'expected either password or password_file, found both');
    return undefined;
  }
  if (password !== undefined) return new Secret(Buffer.from(password, 'utf8'));
  if (file === undefined) {
    problems.error(sectionPlace, 'expected password_file = FILE, or password =');
    return undefined;
  }
  try {
    return new Secret(withoutFinalNewline(readFileSync(file)));
  } catch (error) {
    const place = given.get('password_file')?.place ?? sectionPlace;
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
