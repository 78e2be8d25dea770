import { createCipheriv } from 'node:crypto';
import { cfb8Register } from './cfb8-register.ts';
import type { KeyedCipher } from './keyed-cipher.ts';
import { decryptSideBySide } from './side-by-side.ts';

/** OpenSSL's block ciphers that NSCA's methods need, and their block sizes in bytes. */
const blockSizes = { 'aes-256': 16, 'des-ede3': 8 } as const;

/**
 * CFB mode with 8-bit feedback over a cipher of node:crypto.
 *
 * Encrypting goes byte by byte, as each byte depends on the ciphertext before it.
 * Who decrypts has the whole ciphertext: all inputs of the block cipher, one for
 * each byte, are laid side by side and encrypted in one call (ECB), which is
 * several times as fast as OpenSSL's own decryption in this mode.
 */
export function opensslCfb8Cipher(name: keyof typeof blockSizes, key: Uint8Array): KeyedCipher {
  const blockBytes = blockSizes[name];
  // ECB has no state: one cipher serves all packets.
  const blocks = createCipheriv(`${name}-ecb`, key, null).setAutoPadding(false);
  return {
    encrypt(register, packet) {
      const iv = cfb8Register(register, packet, 0, blockBytes);
      return createCipheriv(`${name}-cfb8`, key, iv).update(packet);
    },
    decrypt(register, ciphertext, from = 0) {
      const before = cfb8Register(register, ciphertext, from, blockBytes);
      return decryptSideBySide(blocks, before, ciphertext.subarray(from));
    },
    nextRegister(register, ciphertext) {
      return cfb8Register(register, ciphertext, ciphertext.length, blockBytes);
    },
  };
}
