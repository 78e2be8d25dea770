import type { BlockCipher } from './blocks/block-cipher.ts';
import { cfb8Register } from './cfb8-register.ts';
import type { KeyedCipher } from './keyed-cipher.ts';

/**
 * CFB mode with 8-bit feedback (libmcrypt's "cfb") over any block cipher: each
 * byte is XORed with the first byte of the encryption of the block of
 * ciphertext before it.
 */
export function cfb8Cipher(block: BlockCipher): KeyedCipher {
  const { blockBytes } = block;
  const keystream = new Uint8Array(blockBytes);
  return {
    encrypt(register, packet) {
      // Register and ciphertext lie side by side, so that byte i depends on stream[i, i + block).
      const stream = new Uint8Array(blockBytes + packet.length);
      stream.set(cfb8Register(register, packet, 0, blockBytes));
      for (let i = 0; i < packet.length; i++) {
        block.encryptBlock(stream, i, keystream);
        stream[blockBytes + i] = (packet[i] ?? 0) ^ (keystream[0] ?? 0);
      }
      return stream.subarray(blockBytes);
    },
    decrypt(register, ciphertext, from = 0) {
      const rest = ciphertext.subarray(from);
      const stream = new Uint8Array(blockBytes + rest.length);
      stream.set(cfb8Register(register, ciphertext, from, blockBytes));
      stream.set(rest, blockBytes);
      const plain = new Uint8Array(rest.length);
      for (let i = 0; i < plain.length; i++) {
        block.encryptBlock(stream, i, keystream);
        plain[i] = (stream[blockBytes + i] ?? 0) ^ (keystream[0] ?? 0);
      }
      return plain;
    },
    nextRegister(register, ciphertext) {
      return cfb8Register(register, ciphertext, ciphertext.length, blockBytes);
    },
  };
}
