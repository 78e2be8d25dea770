import { blockCiphers } from './block-ciphers.ts';
import { cfb8Cipher } from './cfb8-cipher.ts';
import { desCipher } from './des-cipher.ts';
import type { KeyedCipher } from './keyed-cipher.ts';
import { type NscaMethod, nscaMethods } from './nsca-method.ts';
import { opensslCfb8Cipher } from './openssl-cfb8-cipher.ts';
import { plainCipher } from './plain-cipher.ts';
import { xorCipher } from './xor-cipher.ts';

/** The cipher of a method under a password; it can serve any number of connections. */
export function createKeyedCipher(method: NscaMethod, password: Uint8Array): KeyedCipher {
  const key = keyOf(method, password);
  switch (method) {
    case 0:
      return plainCipher;
    case 1:
      return xorCipher(password);
    case 2:
    case 3:
      return desCipher(key);
    case 14:
      return opensslCfb8Cipher('aes-256', key);
    default:
      return cfb8Cipher(blockCiphers[method](key));
  }
}

/** NSCA's key: the password itself, cut or padded with zero bytes; no hash, no salt. */
function keyOf(method: NscaMethod, password: Uint8Array): Uint8Array {
  const key = new Uint8Array(nscaMethods[method].keyBytes);
  key.set(password.subarray(0, key.length));
  return key;
}

/** One direction of one connection: takes its packets one after the other. */
export interface PacketCipher {
  /** The ciphertext of the connection's next packet. */
  encrypt(packet: Uint8Array): Uint8Array;
  /** The plain bytes of the connection's next packet. */
  decrypt(ciphertext: Uint8Array): Uint8Array;
}

/** A cipher that begins with the IV of the server's init packet and remembers where it is. */
export function createPacketCipher(
  method: NscaMethod,
  password: Uint8Array,
  iv: Uint8Array,
): PacketCipher {
  const cipher = createKeyedCipher(method, password);
  let register = iv;
  return {
    encrypt(packet) {
      const ciphertext = cipher.encrypt(register, packet);
      register = cipher.nextRegister(register, ciphertext);
      return ciphertext;
    },
    decrypt(ciphertext) {
      const packet = new Uint8Array(cipher.decrypt(register, ciphertext));
      register = cipher.nextRegister(register, ciphertext);
      return packet;
    },
  };
}
