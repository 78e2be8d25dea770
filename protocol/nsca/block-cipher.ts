/** A block cipher under one key. CFB needs its encrypting direction only, both ways. */
export interface BlockCipher {
  readonly blockBytes: number;
  /** Encrypts the block that begins at `start` in `source`. */
  encryptBlock(source: Uint8Array, start: number): Uint8Array;
}
