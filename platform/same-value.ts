import { isDeepStrictEqual } from 'node:util';
import { Secret } from './secret.ts';

/**
 * Whether two values of a configuration say the same. node:util's comparison takes all secrets for the
 * same, because nothing of them can be seen.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Secret && b instanceof Secret) {
    return Buffer.compare(a.reveal(), b.reveal()) === 0;
  }
  if (!isRecord(a) || !isRecord(b)) return isDeepStrictEqual(a, b);
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length || Array.isArray(a) !== Array.isArray(b)) return false;
  return keys.every((key) => key in b && isSameValue(a[key], b[key]));
}

/** Plain data and lists: what may hold secrets. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
