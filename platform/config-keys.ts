import path from 'node:path';
import type { Key, Reading } from './config-schema.ts';

/**
 * The kinds of values that configuration keys have. Each takes what the key is
 * for, and what holds without it; without a default the key must be given.
 */

type Options<T> = { readonly otherwise?: T };

function keyOf<T>(about: string, options: Options<T>, read: Key<T>['read']): Key<T> {
  return 'otherwise' in options ? { about, read, otherwise: options.otherwise } : { about, read };
}

function withRange<T>(
  range: string,
  about: string,
  options: Options<T>,
  read: Key<T>['read'],
): Key<T> {
  return { ...keyOf(about, options, read), range };
}

/** Any text but the empty one. */
export function text(about: string, options: Options<string> = {}): Key<string> {
  return keyOf(about, options, (value) =>
    value === '' ? { expected: 'a text that is not empty' } : { value },
  );
}

/** A text that may be absent or empty. */
export function optionalText(about: string): Key<string | undefined> {
  return {
    about,
    otherwise: undefined,
    read: (value) => ({ value: value === '' ? undefined : value }),
  };
}

/** A secret that may be absent or empty. */
export function secretText(about: string): Key<string | undefined> {
  return { ...optionalText(about), isSecret: true };
}

/** A path, made absolute: relative ones are relative to the configuration file. */
export function filePath(about: string, options: Options<string> = {}): Key<string> {
  return keyOf(about, options, (value, { folder }) =>
    value === '' ? { expected: 'a path' } : { value: path.resolve(folder, value) },
  );
}

/** A path that may be absent. */
export function optionalPath(about: string): Key<string | undefined> {
  return {
    about,
    otherwise: undefined,
    read: (value, { folder }) => ({ value: path.resolve(folder, value) }),
  };
}

/** `yes` or `no`; also true/false, on/off, 1/0. */
export function yesNo(about: string, options: Options<boolean> = {}): Key<boolean> {
  return withRange('yes or no', about, options, (value) => {
    if (/^(yes|true|on|1)$/i.test(value)) return { value: true };
    if (/^(no|false|off|0)$/i.test(value)) return { value: false };
    return { expected: `yes or no, found '${value}'` };
  });
}

export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** A whole number between two limits. */
export function wholeNumber(
  about: string,
  limits: NumberLimits,
  options: Options<number> = {},
): Key<number> {
  const range = `${limits.min} to ${limits.max} ${limits.unit}`;
  const expected = `a whole number of ${limits.unit} from ${limits.min} to ${limits.max}`;
  return withRange(range, about, options, (value): Reading<number> => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= limits.min && number <= limits.max) return { value: number };
    return { expected: `${expected}, found '${value}'` };
  });
}

/** A TCP port; 0 lets the system choose one (for tests and quickstart). */
export function port(about: string, options: Options<number> = {}): Key<number> {
  return keyOf(about, options, (value): Reading<number> => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= 0 && number <= 65535) return { value: number };
    return { expected: `a port number from 0 to 65535, found '${value}'` };
  });
}

/** One of some words. */
export function oneOf<Word extends string>(
  about: string,
  words: readonly Word[],
  options: Options<Word> = {},
): Key<Word> {
  return withRange(words.join(' or '), about, options, (value): Reading<Word> => {
    const word = words.find((candidate) => candidate === value);
    return word === undefined
      ? { expected: `${words.join(' or ')}, found '${value}'` }
      : { value: word };
  });
}

/** Words separated by commas. */
export function wordList(
  about: string,
  options: Options<readonly string[]> = {},
): Key<readonly string[]> {
  return keyOf(about, options, (value) => ({
    value: value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  }));
}
