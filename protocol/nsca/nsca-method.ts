/** The encryption methods of NSCA that work in its own programs, by NSCA's numbers. */
export type NscaMethod = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 8 | 9 | 10 | 11 | 14 | 15 | 16 | 20 | 23 | 26;

/** What a method is called and how large its parts are. */
export interface NscaMethodFacts {
  /** libmcrypt's name first, then other names that people write. */
  readonly names: readonly [string, ...string[]];
  /** The password is cut, or padded with zero bytes, to this length; 0: used as it is. */
  readonly keyBytes: number;
  /** How much of the IV is used, and how much ciphertext the next byte depends on. */
  readonly blockBytes: number;
}

/** The supported methods. Source: the tables of NSCA 2.10 and libmcrypt 2.5.8. */
export const nscaMethods: Readonly<Record<NscaMethod, NscaMethodFacts>> = {
  0: { names: ['none', 'plain'], keyBytes: 0, blockBytes: 0 },
  1: { names: ['xor'], keyBytes: 0, blockBytes: 128 },
  2: { names: ['des'], keyBytes: 8, blockBytes: 8 },
  3: { names: ['tripledes', '3des', 'des3', 'des-ede3'], keyBytes: 24, blockBytes: 8 },
  4: { names: ['cast-128', 'cast5'], keyBytes: 16, blockBytes: 8 },
  5: { names: ['cast-256', 'cast6'], keyBytes: 32, blockBytes: 16 },
  6: { names: ['xtea'], keyBytes: 16, blockBytes: 8 },
  8: { names: ['blowfish'], keyBytes: 56, blockBytes: 8 },
  9: { names: ['twofish'], keyBytes: 32, blockBytes: 16 },
  10: { names: ['loki97'], keyBytes: 32, blockBytes: 16 },
  11: { names: ['rc2'], keyBytes: 128, blockBytes: 8 },
  14: { names: ['rijndael-128', 'aes', 'aes-256', 'aes256'], keyBytes: 32, blockBytes: 16 },
  15: { names: ['rijndael-192'], keyBytes: 32, blockBytes: 24 },
  16: { names: ['rijndael-256'], keyBytes: 32, blockBytes: 32 },
  20: { names: ['serpent'], keyBytes: 32, blockBytes: 16 },
  23: { names: ['gost'], keyBytes: 32, blockBytes: 8 },
  26: { names: ['saferplus', 'safer+'], keyBytes: 32, blockBytes: 16 },
};

const streamCipher = 'is a stream cipher, which NSCA cannot use: no NSCA program works with it';
const notInMcrypt = 'is not part of libmcrypt: no NSCA program works with it';

/** NSCA's other methods: number, name, and why nagtail refuses them. */
const refusedMethods: readonly (readonly [number, string, string])[] = [
  [7, 'threeway', notInMcrypt],
  [12, 'arcfour', streamCipher],
  [13, 'rc6', notInMcrypt],
  [17, 'mars', notInMcrypt],
  [18, 'panama', notInMcrypt],
  [19, 'wake', streamCipher],
  [21, 'idea', notInMcrypt],
  [22, 'enigma', streamCipher],
  [24, 'safer-sk64', notInMcrypt],
  [25, 'safer-sk128', notInMcrypt],
];

export type NscaMethodParse =
  | { readonly ok: true; readonly method: NscaMethod }
  | { readonly ok: false; readonly message: string };

/**
 * Reads a method as people write it: NSCA's number or a name, in any case.
 * What is refused gets a message that says why and what is accepted.
 */
export function parseNscaMethod(text: string): NscaMethodParse {
  const wanted = text.trim().toLowerCase();
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  for (const method of supportedNscaMethods) {
    if (method === number || nscaMethods[method].names.includes(wanted))
      return { ok: true, method };
  }
  const refused = refusedMethods.find(([known, name]) => known === number || name === wanted);
  const message =
    refused === undefined
      ? `unknown encryption method '${text}'`
      : `encryption method ${refused[0]} (${refused[1]}) ${refused[2]}`;
  return { ok: false, message: `${message}; use ${acceptedMethods()}` };
}

/** The methods that nagtail speaks, in NSCA's order. */
export const supportedNscaMethods: readonly NscaMethod[] = [
  0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26,
];

/** For messages: the one to take, then the others. */
function acceptedMethods(): string {
  const others = supportedNscaMethods.filter((method) => method !== bestMethod);
  return `${bestMethod} (${nscaMethods[bestMethod].names[0]}), or one of ${others.join(', ')}`;
}

/** The fastest of those that no known attack breaks. */
const bestMethod: NscaMethod = 14;
