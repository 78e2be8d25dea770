import { byteStringFrom } from './byte-string.ts';

/** So many first bytes of a connection are enough to tell. */
export const foreignProtocolBytes = 8;

/** Texts with which clients of other protocols begin, and what these are. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^(?:GET|POST|PUT|HEAD|OPTIONS|CONNECT) /, 'HTTP'],
  [/^SSH-/, 'SSH'],
  [/^(?:MOIN|PING|PUSH|QUIT) /i, 'NSCA-ng without TLS'],
];

/**
 * What the first bytes of a connection look like, in words, when they belong to a protocol that is
 * spoken to the wrong port at times: TLS' client hello (RFC 8446, 5.1 and 4), or a text. A
 * packet of NSCA's looks so by chance once in 2^24, so that this is only good for messages.
 */
export function foreignProtocol(first: Uint8Array): string | undefined {
  const handshake = 0x16;
  const clientHello = 1;
  if (
    first[0] === handshake &&
    first[1] === 3 &&
    (first[2] ?? 5) <= 4 &&
    first[5] === clientHello
  ) {
    return 'TLS';
  }
  const text = byteStringFrom(first.subarray(0, foreignProtocolBytes));
  return beginnings.find(([beginning]) => beginning.test(text))?.[1];
}
