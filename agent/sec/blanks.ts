import type { ByteString } from '../../protocol/byte-string.ts';

/*
 * Perl's blanks, `\s` on bytes: exactly these six. JavaScript's `\s` and `trim()` would also
 * take the byte 0xA0, which is a part of `à`, of `Р` and of many others in UTF-8. So nothing
 * below this folder uses those; test/tidy looks.
 */

/** Removes blanks at both ends. */
export function trimBlanks(text: ByteString): ByteString {
  return text.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, '');
}

/** True when a blank is anywhere in the text. */
export function hasBlank(text: ByteString): boolean {
  return /[\t\n\v\f\r ]/.test(text);
}

/** The words of a text: what stands between blanks. */
export function wordsOf(text: ByteString): ByteString[] {
  return text.split(/[\t\n\v\f\r ]+/).filter((word) => word !== '');
}

/** The first word, and what follows it: undefined when nothing does. Blanks before it do not belong to a text. */
export function splitFirstWord(text: ByteString): [ByteString, ByteString | undefined] {
  const match = /^([^\t\n\v\f\r ]+)(?:[\t\n\v\f\r ]+([\s\S]*))?$/.exec(text);
  return [match?.[1] ?? '', match?.[2]];
}
