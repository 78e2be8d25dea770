import rc2 from 'node-forge/lib/rc2.js';
import util from 'node-forge/lib/util.js';
import { byteStringFrom, bytesOf } from '../../byte-string.ts';
import type { BlockCipher } from './block-cipher.ts';

const blockBytes = 8;
/** libmcrypt lets all 128 bytes of the key take effect. */
const effectiveKeyBits = 1024;

/** RC2 (RFC 2268) with a key of 128 bytes, as libmcrypt uses it. */
export function rc2Block(key: Uint8Array): BlockCipher {
  const cipher = rc2.createEncryptionCipher(byteStringFrom(key), effectiveKeyBits);
  return {
    blockBytes,
    encryptBlock(source, start, target) {
      cipher.start(null);
      cipher.update(util.createBuffer(byteStringFrom(source, start, start + blockBytes)));
      target.set(bytesOf(cipher.output.getBytes()));
    },
  };
}
