import type { KeyedCipher } from './keyed-cipher.ts';
import { nscaPacketBytes } from './nsca-packet.ts';

const wordBytes = 4;
const ivWordCount = 32;

/**
 * Method 1: each byte is XORed with a byte of the IV and a byte of the password,
 * both repeated as often as needed, anew for each packet. This hides nothing from
 * anyone who sees the connection, because the IV crosses it in clear; it is NSCA's
 * default.
 */
export function xorCipher(password: Uint8Array): KeyedCipher {
  // An empty password has no byte to give: only the IV is applied then.
  const secret = Uint8Array.from(
    { length: nscaPacketBytes },
    (_, i) => password[i % password.length] ?? 0,
  );
  const secretWords = new Int32Array(secret.buffer);
  const mix = (iv: Uint8Array, bytes: Uint8Array, from: number): Uint8Array => {
    if (bytes.length > nscaPacketBytes) {
      throw new RangeError(`an NSCA packet has at most ${nscaPacketBytes} bytes`);
    }
    // Copies: the caller's bytes must not change, and words want to be aligned.
    const ivWords = new Int32Array(new Uint8Array(iv).buffer);
    if (ivWords.length !== ivWordCount) throw new RangeError('the IV of XOR has 128 bytes');
    const mixed = new Int32Array(Math.ceil(bytes.length / wordBytes));
    const result = new Uint8Array(mixed.buffer, 0, bytes.length);
    const firstWord = Math.floor(from / wordBytes);
    result.set(bytes.subarray(firstWord * wordBytes), firstWord * wordBytes);
    for (let i = firstWord; i < mixed.length; i++) {
      mixed[i] = (mixed[i] ?? 0) ^ (secretWords[i] ?? 0) ^ (ivWords[i % ivWordCount] ?? 0);
    }
    return result.subarray(from);
  };
  return {
    encrypt: (register, packet) => mix(register, packet, 0),
    decrypt: (register, ciphertext, from = 0) => mix(register, ciphertext, from),
    nextRegister: (register) => register,
  };
}
