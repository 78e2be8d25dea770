/** A block cipher under one key. CFB needs its encrypting direction only, both ways. */
export interface BlockCipher {
  readonly blockBytes: number;
  /** Encrypts the block that begins at `start` in `source` into the beginning of `target`. */
  encryptBlock(source: Uint8Array, start: number, target: Uint8Array): void;
}
