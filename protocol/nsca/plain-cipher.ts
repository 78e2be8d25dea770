import type { KeyedCipher } from './keyed-cipher.ts';

/** Method 0: no encryption at all. */
export const plainCipher: KeyedCipher = {
  encrypt: (_register, packet) => packet,
  decrypt: (_register, ciphertext, from = 0) => ciphertext.subarray(from),
  nextRegister: (register) => register,
};
