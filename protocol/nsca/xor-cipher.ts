import type { KeyedCipher } from './keyed-cipher.ts';
import { nscaPacketBytes } from './nsca-packet.ts';
import { type WasmFunction, wasm, wasmModule } from './wasm-code.ts';

const ivBytes = 128;
/** What one instruction XORs. */
const stepBytes = 16;

/** Where the packet, the password and the IV lie in the program's memory, the first two as long as a packet. */
const packetAt = 0;
const secretAt = nscaPacketBytes;
const ivAt = 2 * nscaPacketBytes;

/**
 * Method 1: each byte is XORed with a byte of the IV and a byte of the password,
 * both repeated as often as needed, anew for each packet. This hides nothing from
 * anyone who sees the connection, because the IV crosses it in clear; it is NSCA's
 * default.
 */
export function xorCipher(password: Uint8Array): KeyedCipher {
  let secret: Uint8Array | undefined;
  const mix = (iv: Uint8Array, bytes: Uint8Array, from: number): Uint8Array => {
    if (bytes.length > nscaPacketBytes) {
      throw new RangeError(`an NSCA packet has at most ${nscaPacketBytes} bytes`);
    }
    if (iv.length !== ivBytes) throw new RangeError('the IV of XOR has 128 bytes');
    program ??= makeProgram();
    secret ??= repeated(password);
    if (program.secret !== secret) {
      program.memory.set(secret, secretAt);
      program.secret = secret;
    }
    program.memory.set(bytes, packetAt);
    program.memory.set(iv, ivAt);
    program.mix();
    return program.memory.subarray(packetAt + from, packetAt + bytes.length);
  };
  return {
    encrypt: (register, packet) => mix(register, packet, 0).slice(),
    decrypt: (register, ciphertext, from = 0) => mix(register, ciphertext, from),
    nextRegister: (register) => register,
  };
}

/** A password for a whole packet. An empty one has no byte to give: only the IV is applied then. */
function repeated(password: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(nscaPacketBytes);
  bytes.set(password.subarray(0, bytes.length));
  // What is there already is doubled, until the packet is full.
  for (let filled = password.length; filled > 0 && filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, Math.min(filled, bytes.length - filled));
  }
  return bytes;
}

interface Program {
  /** XORs the packet in memory, in its place. */
  readonly mix: () => void;
  readonly memory: Uint8Array;
  /** The one that is in memory. */
  secret: Uint8Array | undefined;
}

/** One for all passwords: to compile it takes as long as a hundred packets. */
let program: Program | undefined;

/** XORs a packet in 269 steps of WebAssembly: a tenth of the time that JavaScript takes. */
function makeProgram(): Program {
  const steps = Array.from({ length: nscaPacketBytes / stepBytes }, (_, n) => n * stepBytes);
  const code = steps.flatMap((at) => [
    ...wasm.number(0),
    ...wasm.number(0),
    ...wasm.load(packetAt + at),
    ...wasm.number(0),
    ...wasm.load(secretAt + at),
    ...wasm.xor,
    ...wasm.number(0),
    ...wasm.load(ivAt + (at % ivBytes)),
    ...wasm.xor,
    ...wasm.store(packetAt + at),
  ]);
  const mixing: WasmFunction = { parameters: 0, v128Locals: 0, code, name: 'mix' };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasmModule([mixing], 1)));
  const { mix, memory } = exports as unknown as {
    readonly mix: () => void;
    readonly memory: { readonly buffer: ArrayBuffer };
  };
  return { mix, memory: new Uint8Array(memory.buffer), secret: undefined };
}
