import type { ByteString } from '../byte-string.ts';

/** What a server answers; `other` is none of its words. */
export type Response =
  | { readonly kind: 'okay' }
  | { readonly kind: 'moin' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'fail' | 'bail' | 'other'; readonly message: ByteString };

/** Reads an answer of NSCA-ng. */
export function parseResponse(line: ByteString): Response {
  const [keyword = '', ...words] = line.split(' ');
  const message = words.join(' ');
  switch (keyword) {
    case 'OKAY':
      return { kind: 'okay' };
    case 'MOIN':
      return { kind: 'moin' };
    case 'PONG':
      return { kind: 'pong' };
    case 'FAIL':
      return { kind: 'fail', message };
    case 'BAIL':
      return { kind: 'bail', message };
    default:
      return { kind: 'other', message: line };
  }
}

/** Lines have at most so many bytes by the protocol's description. */
const answerBytesMax = 1_000;

/** An answer with a text in it: one line of printable ASCII. */
export function answerLine(keyword: 'FAIL' | 'BAIL', text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?').slice(0, answerBytesMax);
  return `${keyword} ${printable}\r\n`;
}
