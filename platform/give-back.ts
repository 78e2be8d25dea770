/**
 * Gives the memory of some bytes back at once, if nobody shares it; they are empty then. The garbage collector would let
 * 32 MiB of such memory gather first: what is written next would go to places that are in no cache of the processor.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
