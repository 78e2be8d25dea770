/** The encryption methods of NSCA that nagtail speaks, by NSCA's own numbers. */
export type NscaMethod = 0 | 1 | 2 | 3 | 11 | 14;

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
  11: { names: ['rc2'], keyBytes: 128, blockBytes: 8 },
  14: { names: ['rijndael-128', 'aes', 'aes-256', 'aes256'], keyBytes: 32, blockBytes: 16 },
};

const notYet = 'is not supported yet';
const streamCipher = 'is a stream cipher, which NSCA cannot use: no NSCA program works with it';
const notInMcrypt = 'is not part of libmcrypt: no NSCA program works with it';

/** NSCA's other methods: number, name, and why nagtail refuses them. */
const refusedMethods: readonly (readonly [number, string, string])[] = [
  [4, 'cast-128', notYet],
  [5, 'cast-256', notYet],
  [6, 'xtea', notYet],
  [7, 'threeway', notInMcrypt],
  [8, 'blowfish', notYet],
  [9, 'twofish', notYet],
  [10, 'loki97', notYet],
  [12, 'arcfour', streamCipher],
  [13, 'rc6', notInMcrypt],
  [15, 'rijndael-192', notYet],
  [16, 'rijndael-256', notYet],
  [17, 'mars', notInMcrypt],
  [18, 'panama', notInMcrypt],
  [19, 'wake', streamCipher],
  [20, 'serpent', notYet],
  [21, 'idea', notInMcrypt],
  [22, 'enigma', streamCipher],
  [23, 'gost', notYet],
  [24, 'safer-sk64', notInMcrypt],
  [25, 'safer-sk128', notInMcrypt],
  [26, 'saferplus', notYet],
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
  for (const method of supportedMethods) {
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

const supportedMethods: readonly NscaMethod[] = [0, 1, 2, 3, 11, 14];

/** `0 (none), 1 (xor), …`: for messages. */
function acceptedMethods(): string {
  const shown = supportedMethods.map((method) => `${method} (${nscaMethods[method].names[0]})`);
  return `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
