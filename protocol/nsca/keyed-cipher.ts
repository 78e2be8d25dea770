/**
 * A method together with its password. It has no state of its own: all that
 * earlier packets of a connection leave behind is the *register*, which the
 * caller keeps. So a piece of ciphertext can be decrypted on trial, and again.
 *
 * The register begins as the connection's IV of 128 bytes. NSCA's block ciphers
 * run in CFB mode with 8-bit feedback, where each byte depends on the block of
 * ciphertext before it; their register is therefore the last ciphertext. XOR
 * begins anew with each packet; its register stays the IV.
 */
export interface KeyedCipher {
  /** The ciphertext of one whole packet. */
  encrypt(register: Uint8Array, packet: Uint8Array): Uint8Array;
  /**
   * The plain bytes of a packet's ciphertext; with `from`, only those from this offset on. They are
   * good until a cipher of the same method is used again, which may overwrite them.
   */
  decrypt(register: Uint8Array, ciphertext: Uint8Array, from?: number): Uint8Array;
  /** The register for the packet that follows a packet of this ciphertext. */
  nextRegister(register: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}
