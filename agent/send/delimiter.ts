import { byteStringOf, bytesOf } from '../../protocol/byte-string.ts';

/** How a delimiter is read: as send_nsca does it, or as the client of NSCA-ng does. */
export type DelimiterStyle = 'nsca' | 'nsca-ng';

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
};

/**
 * The byte that a delimiter on the command line stands for; undefined when it stands for none. One
 * character is itself. A longer text is a number in C's notation (`0x09`, `011`); for
 * NSCA-ng it may be an escape (`\t`, `\x09`), for send_nsca its first character counts.
 */
export function delimiterByte(text: string, style: DelimiterStyle): number | undefined {
  const bytes = bytesOf(byteStringOf(text));
  const [first] = bytes;
  if (bytes.length <= 1) return first;
  const escaped = style === 'nsca-ng' ? escapedByte(text) : undefined;
  if (escaped !== undefined) return escaped;
  const number = numberIn(text);
  if (number !== undefined) return number >= 0 && number <= 255 ? number : undefined;
  return style === 'nsca' ? first : undefined;
}

function escapedByte(text: string): number | undefined {
  const parts = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([abtnvfr]))$/.exec(text);
  if (parts === null) return undefined;
  const [, hex, octal, letter = ''] = parts;
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  return escapes[letter];
}

/** A number as C writes it: hexadecimal, octal or decimal. */
function numberIn(text: string): number | undefined {
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^[+-]?0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^[+-]?\d+$/.test(text) ? Number.parseInt(text, 10) : undefined;
}
