import type { ByteString } from './byte-string.ts';

/*
 * Perl's blanks, `\s` on bytes: exactly these six. JavaScript's `\s` and `trim()` would also
 * take the byte 0xA0, which is a part of `à`, of `Р` and of many others in UTF-8. So nothing
 * that reads bytes uses those; test/tidy looks, and knows where that is.
 */

/** Removes blanks at both ends. */
export function trimBlanks(text: ByteString): ByteString {
  const kept = trimBlanksAtEnd(text);
  let start = 0;
  while (start < kept.length && isBlank(kept.charCodeAt(start))) start++;
  return kept.slice(start);
}

/** Removes blanks at the end. Not by `/[…]+$/`, which looks at many blanks amid a text once for each of them. */
export function trimBlanksAtEnd(text: ByteString): ByteString {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
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

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
