import { type ByteString, byteStringFrom } from '../byte-string.ts';
import { parametersMax } from './request-limits.ts';

/** The parameters of a request, by name; of several with one name the last one counts. */
export type FormParameters = ReadonlyMap<ByteString, Uint8Array>;

const ampersand = 0x26;
const equals = 0x3d;
const plus = 0x2b;
const percent = 0x25;
const blank = 0x20;

/**
 * Reads `application/x-www-form-urlencoded`, from a body or behind the `?` of an address, as
 * leniently as PHP does: a `%` that begins no escape stands for itself, since send_nrdp.sh
 * sends its texts as they are. Values are bytes.
 *
 * @returns undefined when there are more than `parametersMax`
 */
export function parseForm(body: Uint8Array): FormParameters | undefined {
  const parameters = new Map<ByteString, Uint8Array>();
  for (let start = 0, count = 0; start < body.length; ) {
    count++;
    if (count > parametersMax) return undefined;
    const end = indexOrEnd(body, ampersand, start, body.length);
    const split = indexOrEnd(body, equals, start, end);
    const name = byteStringFrom(unescaped(body.subarray(start, split)));
    if (name !== '') parameters.set(name, unescaped(body.subarray(Math.min(split + 1, end), end)));
    start = end + 1;
  }
  return parameters;
}

function indexOrEnd(bytes: Uint8Array, byte: number, start: number, end: number): number {
  const at = bytes.indexOf(byte, start);
  return at === -1 || at > end ? end : at;
}

function unescaped(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const high = byte === percent ? hexDigit(bytes[at + 1]) : -1;
    const low = high === -1 ? -1 : hexDigit(bytes[at + 2]);
    if (low !== -1) {
      plain[length++] = high * 16 + low;
      at += 2;
    } else {
      plain[length++] = byte === plus ? blank : byte;
    }
  }
  return plain.subarray(0, length);
}

/** The value of a hexadecimal digit; -1 when it is none. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
