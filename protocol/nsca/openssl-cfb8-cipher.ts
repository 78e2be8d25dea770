import { createCipheriv, createDecipheriv } from 'node:crypto';
import { cfb8Register } from './cfb8-register.ts';
import type { KeyedCipher } from './keyed-cipher.ts';

/** OpenSSL's CFB8 modes that NSCA's methods need, and their block sizes in bytes. */
const blockSizes = { 'aes-256-cfb8': 16, 'des-ede3-cfb8': 8 } as const;

/** CFB mode with 8-bit feedback as node:crypto brings it. */
export function opensslCfb8Cipher(name: keyof typeof blockSizes, key: Uint8Array): KeyedCipher {
  const blockBytes = blockSizes[name];
  return {
    encrypt(register, packet) {
      const iv = cfb8Register(register, packet, 0, blockBytes);
      return createCipheriv(name, key, iv).update(packet);
    },
    decrypt(register, ciphertext, from = 0) {
      const iv = cfb8Register(register, ciphertext, from, blockBytes);
      return createDecipheriv(name, key, iv).update(ciphertext.subarray(from));
    },
    nextRegister(register, ciphertext) {
      return cfb8Register(register, ciphertext, ciphertext.length, blockBytes);
    },
  };
}
