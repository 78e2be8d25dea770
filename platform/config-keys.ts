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

/** A path that may be absent or empty. */
export function optionalPath(about: string): Key<string | undefined> {
  return {
    about,
    otherwise: undefined,
    read: (value, { folder }) => ({
      value: value === '' ? undefined : path.resolve(folder, value),
    }),
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

interface NumberOptions extends Options<number> {
  readonly min: number;
  readonly max: number;
}

/** A whole number between two limits, of a unit: `bytes`, `results`. */
export function wholeNumber(
  about: string,
  { min, max, unit, ...options }: NumberOptions & { readonly unit: string },
): Key<number> {
  const expected = `a whole number of ${unit} from ${min} to ${max}`;
  return withRange(`${min} to ${max} ${unit}`, about, options, (value) =>
    numberWithin(value, min, max, expected),
  );
}

/** A whole number of seconds between two limits. */
export function seconds(about: string, options: NumberOptions): Key<number> {
  return wholeNumber(about, { ...options, unit: 'seconds' });
}

/** A TCP port; 0 lets the system choose one (for tests and quickstart). */
export function port(about: string, options: Options<number> = {}): Key<number> {
  return keyOf(about, options, readPort);
}

/** A port that is only opened where one is given. */
export function optionalPort(about: string): Key<number | undefined> {
  return { about, otherwise: undefined, read: readPort };
}

function readPort(value: string): Reading<number> {
  return numberWithin(value, 0, 65_535, 'a port number from 0 to 65535');
}

function numberWithin(value: string, min: number, max: number, expected: string): Reading<number> {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return { value: number };
  return { expected: `${expected}, found '${value}'` };
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
  return keyOf(about, options, (value) => ({ value: wordsOf(value) }));
}

/** Paths separated by commas, made absolute. */
export function pathList(
  about: string,
  options: Options<readonly string[]> = {},
): Key<readonly string[]> {
  return keyOf(about, options, (value, { folder }) => ({
    value: wordsOf(value).map((word) => path.resolve(folder, word)),
  }));
}

function wordsOf(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
