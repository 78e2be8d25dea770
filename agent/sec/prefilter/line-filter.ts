import type { ByteString } from '../../../protocol/byte-string.ts';

/** Finds lines in bytes that rules have to be tried on. */
export interface LineFilter {
  /** Where in `bytes[from, to)` the first such line is: one of its bytes; -1 when there is none. */
  find(bytes: Uint8Array, from: number, to: number): number;
}

/** Lines that were left out: how many, and the last of them. */
export interface PassedOver {
  readonly count: number;
  readonly last: readonly ByteString[];
}
