import type { KeyedCipher } from './keyed-cipher.ts';
import { type NscaMethod, supportedNscaMethods } from './nsca-method.ts';
import {
  decodeNscaPacket,
  hasNscaVersion,
  nscaPacketBytes,
  oldNscaPacketBytes,
} from './nsca-packet.ts';
import { createKeyedCipher } from './packet-cipher.ts';

/**
 * Finds out with which method a packet was encrypted that our own could not read,
 * to tell a person what to change. It can only know passwords that it is given.
 */
export class KeyRecogniser {
  readonly #passwords: readonly Uint8Array[];
  #keys: readonly (readonly [NscaMethod, KeyedCipher])[] | undefined;

  constructor(passwords: readonly Uint8Array[]) {
    this.#passwords = passwords;
  }

  /**
   * The methods that read the first packet of a connection under one of the
   * passwords: none, one, or 2 and 3, which are the same under a password of at
   * most 8 bytes.
   *
   * Costs two blocks of each method, and seldom more: the version tells nearly always.
   *
   * @param iv the connection's IV of 128 bytes
   * @param ciphertext 720 bytes at least
   */
  recognise(iv: Uint8Array, ciphertext: Uint8Array): readonly NscaMethod[] {
    this.#keys ??= supportedNscaMethods.flatMap((method) =>
      this.#passwords.map((password) => [method, createKeyedCipher(method, password)] as const),
    );
    const reading = this.#keys.filter(([, key]) => reads(key, iv, ciphertext));
    return [...new Set(reading.map(([method]) => method))];
  }
}

function reads(key: KeyedCipher, iv: Uint8Array, ciphertext: Uint8Array): boolean {
  if (!hasNscaVersion(key.decrypt(iv, ciphertext.subarray(0, 2)))) return false;
  return [oldNscaPacketBytes, nscaPacketBytes].some(
    (size) => decodeNscaPacket(key.decrypt(iv, ciphertext.subarray(0, size))).ok,
  );
}
