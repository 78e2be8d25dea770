import { type Cipheriv, createCipheriv } from 'node:crypto';
import { littleEndianWord } from './blocks/words.ts';
import { cfb8Register } from './cfb8-register.ts';
import type { KeyedCipher } from './keyed-cipher.ts';

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

/** Bytes that are decrypted in one call at most: a packet. */
const pieceBytes = 4304;

function decryptSideBySide(
  blocks: Cipheriv,
  register: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const blockBytes = register.length;
  const stream = new Uint8Array(blockBytes + ciphertext.length);
  stream.set(register);
  stream.set(ciphertext, blockBytes);
  const plain = new Uint8Array(ciphertext.length);
  for (let start = 0; start < plain.length; start += pieceBytes) {
    const length = Math.min(pieceBytes, plain.length - start);
    const keystream = blocks.update(slidingWindows(stream, start, length, blockBytes));
    for (let i = start, at = 0; at < keystream.length; i++, at += blockBytes) {
      plain[i] = (stream[blockBytes + i] ?? 0) ^ (keystream[at] ?? 0);
    }
  }
  return plain;
}

const scratch = new DataView(new ArrayBuffer(pieceBytes * 16));

/** The blocks that begin at `start` and at each of the bytes that follow, one behind the other. */
function slidingWindows(
  stream: Uint8Array,
  start: number,
  count: number,
  blockBytes: number,
): Uint8Array {
  const end = count * blockBytes;
  // Each of a block's words moves on by one byte from block to block.
  for (let offset = 0; offset < blockBytes; offset += 4) {
    let next = start + offset;
    let word = littleEndianWord(stream, next);
    next += 4;
    for (let at = offset; at < end; at += blockBytes) {
      scratch.setInt32(at, word, true);
      word = (word >>> 8) | ((stream[next++] ?? 0) << 24);
    }
  }
  return new Uint8Array(scratch.buffer, 0, end);
}
