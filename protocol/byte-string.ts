/**
 * A string in which each character stands for one byte (0 to 255): what
 * `latin1` decoding gives. Log lines, rules and check results are such strings
 * from the file to the wire, because SEC, Perl without `use utf8`, NSCA and
 * Nagios all work on bytes, and because V8 keeps them at one byte a character.
 * The type is an alias: the name says what the characters mean.
 */
export type ByteString = string;

/** The byte string of a text: its UTF-8 bytes, one character each. */
export function byteStringOf(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The bytes of a byte string. Characters above 255 do not occur in one. */
export function bytesOf(value: ByteString): Buffer {
  return Buffer.from(value, 'latin1');
}

/** The byte string of some bytes. */
export function byteStringFrom(bytes: Uint8Array, start = 0, end = bytes.length): ByteString {
  // Lines come this way: a view of a view would be one object more for each.
  const view = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.toString('latin1', start, end);
}

/** A byte string as text for people: decoded as UTF-8, what is not UTF-8 replaced. */
export function textOf(value: ByteString): string {
  return bytesOf(value).toString('utf8');
}
