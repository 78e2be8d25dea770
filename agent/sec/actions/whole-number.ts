import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';

/**
 * The whole number that an action is given in a text; undefined for any other text. As in SEC
 * blanks around it do not count: what a command printed ends with a newline.
 */
export function wholeNumber(text: ByteString): number | undefined {
  const digits = trimBlanks(text);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}
