import { cfb8Register } from './cfb8-register.ts';
import type { KeyedCipher } from './keyed-cipher.ts';
import { opensslCfb8Cipher } from './openssl-cfb8-cipher.ts';
import { type SlicedDecryption, slicedDesDecryption } from './sliced-des/sliced-des-decryption.ts';

const blockBytes = 8;

/** Below this, one call of OpenSSL is faster than 128 lanes of which few are used. */
const slicedFromBytes = 128;

/**
 * DES with a key of 8 bytes, or triple DES with one of 24, in CFB mode with 8-bit feedback.
 * OpenSSL encrypts, and decrypts the few bytes by which a key is recognised. Whole packets
 * are decrypted 128 bytes at once, in a ninth of OpenSSL's time.
 */
export function desCipher(key: Uint8Array): KeyedCipher {
  // OpenSSL 3 hides single DES; triple DES with three equal keys is the same.
  const openssl = opensslCfb8Cipher(
    'des-ede3',
    key.length === 8 ? Buffer.concat([key, key, key]) : key,
  );
  let sliced: SlicedDecryption | undefined;
  return {
    encrypt: openssl.encrypt,
    nextRegister: openssl.nextRegister,
    decrypt(register, ciphertext, from = 0) {
      if (ciphertext.length - from < slicedFromBytes)
        return openssl.decrypt(register, ciphertext, from);
      // Made when the first packet comes: it takes some 20 ms, and a client needs none.
      sliced ??= slicedDesDecryption(key);
      const stream = new Uint8Array(blockBytes + ciphertext.length - from);
      stream.set(cfb8Register(register, ciphertext, from, blockBytes));
      stream.set(ciphertext.subarray(from), blockBytes);
      return sliced(stream);
    },
  };
}
