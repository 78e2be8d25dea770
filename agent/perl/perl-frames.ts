import { NagtailError } from '../../platform/errors.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { PerlArgument, PerlReference } from '../sec/perl/perl.ts';

/*
 * The frames that nagtail and its Perl process exchange, the same both ways:
 *
 *   frame     length of the body (32 bits, little-endian), body
 *   body      kind (1 byte), items
 *   items     text of tags (one byte an item), then a text for each item
 *   text      length (32 bits, little-endian), bytes
 *
 * The tag says what the text of an item is: s bytes, u nothing (undef), l items
 * of a list, h items of a hash (keys and values in turn), r a reference: items
 * number, type, text, and for a hash its content.
 */

/** The longest frame; coprocess.pl has the same limit. A longer one is an error of its sender. */
export const frameBytesMax = 256 * 1024 * 1024;

/** What is read at a time: a pipe of Linux holds no more. */
const readBytes = 65_536;

const lengthBytes = 4;

/** A request or an answer; kinds are explained where they are used. */
export interface Frame {
  readonly kind: string;
  readonly items: readonly PerlArgument[];
}

/** The bytes of a frame. Throws PEER_PROTOCOL for one beyond frameBytesMax. */
export function encodeFrame(kind: string, items: readonly PerlArgument[]): ByteString {
  const body = kind + encodeItems(items);
  if (body.length > frameBytesMax)
    throw new NagtailError('PEER_PROTOCOL', `more than ${frameBytesMax} bytes for Perl code`);
  return encodeText(body);
}

function encodeItems(items: readonly PerlArgument[]): ByteString {
  let tags = '';
  let texts = '';
  for (const item of items) {
    if (typeof item === 'string') {
      tags += 's';
      texts += encodeText(item);
    } else {
      const [tag, text] = encodeOther(item);
      tags += tag;
      texts += encodeText(text);
    }
  }
  return encodeText(tags) + texts;
}

function encodeOther(item: Exclude<PerlArgument, string>): [tag: string, text: ByteString] {
  if (item === undefined) return ['u', ''];
  if (isList(item)) return ['l', encodeItems(item)];
  if (item instanceof Map) return ['h', encodeItems([...item].flat())];
  if (!isReference(item)) return ['u', ''];
  const entries = item.entries === undefined ? [] : [item.entries];
  return ['r', encodeItems([String(item.reference), item.type, item.text, ...entries])];
}

function encodeText(text: ByteString): ByteString {
  const { length } = text;
  return (
    String.fromCharCode(length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, length >> 24) +
    text
  );
}

/** Whether an item of a frame is a list. (Array.isArray does not narrow a readonly array.) */
export function isList(item: PerlArgument): item is readonly (ByteString | undefined)[] {
  return Array.isArray(item);
}

/** Whether an item of a frame is a reference to Perl data. */
export function isReference(item: PerlArgument): item is PerlReference {
  return typeof item === 'object' && 'reference' in item;
}

/** Puts frames together from the pieces in which a pipe gives them. */
export class FrameReader {
  #bytes = Buffer.allocUnsafe(readBytes);
  #start = 0;
  #end = 0;

  /**
   * Lets `read` put bytes into a buffer; gives how many it read. The arguments
   * are those of readSync.
   */
  fill(read: (buffer: Buffer, offset: number, length: number) => number): number {
    this.#makeRoom();
    const count = read(this.#bytes, this.#end, this.#bytes.length - this.#end);
    this.#end += count;
    return count;
  }

  /** Takes out the next frame; undefined when it is not complete. Throws PEER_PROTOCOL. */
  next(): Frame | undefined {
    const length = this.#frameLength();
    if (length === undefined || this.#end - this.#start < length) return undefined;
    const end = this.#start + length;
    const frame = decodeFrame(this.#bytes, this.#start + lengthBytes, end);
    this.#start = end;
    if (this.#start === this.#end) this.#empty();
    return frame;
  }

  /** Length of the next frame with its length field; undefined when not yet known. */
  #frameLength(): number | undefined {
    if (this.#end - this.#start < lengthBytes) return undefined;
    const body = this.#bytes.readUInt32LE(this.#start);
    if (body > frameBytesMax) throw malformed(`a frame of ${body} bytes`);
    return lengthBytes + body;
  }

  #makeRoom(): void {
    const wanted = Math.max(this.#frameLength() ?? 0, this.#end - this.#start + 1, readBytes);
    if (this.#start === 0 && wanted <= this.#bytes.length && this.#end < this.#bytes.length) return;
    const bytes = wanted > this.#bytes.length ? Buffer.allocUnsafe(wanted) : this.#bytes;
    this.#bytes.copy(bytes, 0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytes = bytes;
  }

  /** A buffer that a large frame has made large is given back. */
  #empty(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#bytes.length > readBytes) this.#bytes = Buffer.allocUnsafe(readBytes);
  }
}

function decodeFrame(bytes: Buffer, start: number, end: number): Frame {
  if (start >= end) throw malformed('an empty frame');
  return {
    kind: bytes.toString('latin1', start, start + 1),
    items: decodeItems(bytes, start + 1, end),
  };
}

function decodeItems(bytes: Buffer, start: number, end: number): PerlArgument[] {
  let offset = start;
  const nextText = (): [from: number, to: number] => {
    const from = offset + lengthBytes;
    const to = from <= end ? from + bytes.readUInt32LE(offset) : Number.POSITIVE_INFINITY;
    if (to > end) throw malformed('a text that is longer than its frame');
    offset = to;
    return [from, to];
  };
  const tags = bytes.toString('latin1', ...nextText());
  const items: PerlArgument[] = [];
  for (const tag of tags) items.push(decodeItem(tag, bytes, ...nextText()));
  if (offset !== end) throw malformed('more texts than tags');
  return items;
}

function decodeItem(tag: string, bytes: Buffer, start: number, end: number): PerlArgument {
  switch (tag) {
    case 's':
      return bytes.toString('latin1', start, end);
    case 'u':
      return undefined;
    case 'l':
      return decodeTexts(bytes, start, end);
    case 'h':
      return decodeHash(bytes, start, end);
    case 'r':
      return decodeReference(decodeItems(bytes, start, end));
    default:
      throw malformed('an unknown tag');
  }
}

function decodeTexts(bytes: Buffer, start: number, end: number): (ByteString | undefined)[] {
  return decodeItems(bytes, start, end).map((item) => {
    if (typeof item === 'string' || item === undefined) return item;
    throw malformed('a list in a list');
  });
}

function decodeHash(
  bytes: Buffer,
  start: number,
  end: number,
): ReadonlyMap<ByteString, ByteString | undefined> {
  const texts = decodeTexts(bytes, start, end);
  const entries = new Map<ByteString, ByteString | undefined>();
  for (let index = 0; index < texts.length; index += 2) {
    const key = texts[index];
    if (key === undefined) throw malformed('a hash with an undefined key');
    entries.set(key, texts[index + 1]);
  }
  return entries;
}

function decodeReference(items: readonly PerlArgument[]): PerlReference {
  const [number, type, text, entries] = items;
  const reference = typeof number === 'string' ? Number(number) : Number.NaN;
  const known = type === 'CODE' || type === 'HASH' || type === 'other';
  if (!Number.isSafeInteger(reference) || !known || typeof text !== 'string')
    throw malformed('an incomplete reference');
  return entries instanceof Map ? { reference, type, text, entries } : { reference, type, text };
}

function malformed(what: string): NagtailError {
  return new NagtailError('PEER_PROTOCOL', `the Perl process sent ${what}`);
}
