import { type ByteString, byteStringFrom, bytesOf } from '../../../protocol/byte-string.ts';

/**
 * A copy of a text that is to be kept: V8 makes texts of parts of others, and those keep all that
 * the line was read with.
 */
export function ownText(text: ByteString): ByteString {
  return byteStringFrom(bytesOf(text));
}
