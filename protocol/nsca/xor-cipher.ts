import type { KeyedCipher } from './keyed-cipher.ts';

/**
 * Method 1: each byte is XORed with a byte of the IV and a byte of the password,
 * both repeated as often as needed. This hides nothing from anyone who sees the
 * connection, because the IV crosses it in clear; it is NSCA's default.
 */
export function xorCipher(password: Uint8Array): KeyedCipher {
  const mix = (iv: Uint8Array, bytes: Uint8Array, from: number): Uint8Array => {
    // Not slice(): of a Buffer that would be a view, and the caller's bytes would change.
    const mixed = new Uint8Array(bytes.subarray(from));
    for (let i = 0; i < mixed.length; i++) {
      const at = from + i;
      // An empty password has no byte to give: only the IV is applied then.
      const secret = password[at % password.length] ?? 0;
      mixed[i] = (mixed[i] ?? 0) ^ (iv[at % iv.length] ?? 0) ^ secret;
    }
    return mixed;
  };
  return {
    encrypt: (register, packet) => mix(register, packet, 0),
    decrypt: (register, ciphertext, from = 0) => mix(register, ciphertext, from),
    nextRegister: (register) => register,
  };
}
