import { execFileSync } from 'node:child_process';
import type { ByteString } from '../../protocol/byte-string.ts';

const known = new Map<string, ByteString>();

/**
 * The abbreviation of the local time zone at a moment (`CET`, `CEST`), as the C library
 * has it and JavaScript does not: asked of `date`, once for each zone and offset.
 *
 * @param time Unix time in seconds
 */
export function zoneName(time: number): ByteString {
  // `GMT+0100 (Central European Standard Time)`: what is the same all the time it has one name.
  const key = new Date(time * 1000).toString().replace(/^.*(?=GMT)/, '');
  const before = known.get(key);
  if (before !== undefined) return before;
  const name = askDate(time);
  known.set(key, name);
  return name;
}

function askDate(time: number): ByteString {
  try {
    return execFileSync('date', ['-d', `@${time}`, '+%Z'], { encoding: 'latin1' }).trim();
  } catch {
    // A host without GNU date: then the variable is empty, as an unknown one is.
    return '';
  }
}
