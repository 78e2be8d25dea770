/**
 * The block of ciphertext that precedes offset `at` of a packet: of the packet
 * itself as far as it reaches back, before that of the register. A register
 * that is longer than a block is the IV, of which the first block counts.
 */
export function cfb8Register(
  register: Uint8Array,
  ciphertext: Uint8Array,
  at: number,
  blockBytes: number,
): Uint8Array {
  if (at >= blockBytes) return new Uint8Array(ciphertext.subarray(at - blockBytes, at));
  const block = new Uint8Array(blockBytes);
  block.set(register.subarray(at, blockBytes));
  block.set(ciphertext.subarray(0, at), blockBytes - at);
  return block;
}
