import type { ByteString } from '../byte-string.ts';

/** A line, without its end; the real server takes as much, its document speaks of 1,024. */
export const requestBytesMax = 2_048;

/** A command with its final newline, as the real server has it unless it is told otherwise. */
export const commandBytesMax = 16_384;

/** What a client asks for in one line. `bad`: it cannot be understood; `reason` says what was expected. */
export type Request =
  | { readonly kind: 'moin'; readonly session: ByteString }
  | { readonly kind: 'ping' }
  | { readonly kind: 'push'; readonly bytes: number }
  | { readonly kind: 'noop' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'bail'; readonly message: ByteString }
  | { readonly kind: 'bad'; readonly reason: string };

/**
 * Reads a request of NSCA-ng. Keywords are in upper or lower case; arguments are
 * separated by one blank.
 *
 * Source: the protocol's description in NSCA-ng, and what its server accepts.
 */
export function parseRequest(line: ByteString): Request {
  const [keyword = '', ...words] = line.split(' ');
  switch (keyword.toUpperCase()) {
    case 'MOIN':
      return parseMoin(words);
    case 'PING':
      return isVersion(words[0]) && words.length === 1
        ? { kind: 'ping' }
        : bad('expected PING and a version');
    case 'PUSH':
      return parsePush(words);
    case 'NOOP':
      return { kind: 'noop' };
    case 'QUIT':
      return { kind: 'quit' };
    case 'BAIL':
      return { kind: 'bail', message: words.join(' ') };
    default:
      return bad('expected MOIN, PING, PUSH, NOOP, QUIT or BAIL');
  }
}

function parseMoin([version, session, ...more]: readonly ByteString[]): Request {
  if (!isVersion(version) || session === undefined || more.length > 0) {
    return bad('expected MOIN, a version and a session id');
  }
  if (!/^[\x21-\x7e]{2,64}$/.test(session)) return bad('expected a session id of 2 to 64 letters');
  return { kind: 'moin', session };
}

function parsePush([size, ...more]: readonly ByteString[]): Request {
  if (size === undefined || more.length > 0 || !/^[1-9][0-9]{0,15}$/.test(size)) {
    return bad('expected PUSH and a number of bytes');
  }
  const bytes = Number(size);
  if (bytes > commandBytesMax) return bad(`PUSH takes at most ${commandBytesMax} bytes`);
  return { kind: 'push', bytes };
}

/** There is only version 1, but a client may name a later one and gets 1 as the answer. */
function isVersion(word: ByteString | undefined): boolean {
  return word !== undefined && /^[1-9][0-9]{0,8}$/.test(word);
}

function bad(reason: string): Request {
  return { kind: 'bad', reason };
}
