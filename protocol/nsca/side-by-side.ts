import type { Cipheriv } from 'node:crypto';
import { nscaPacketBytes } from './nsca-packet.ts';
import { type WasmFunction, wasm, wasmModule } from './wasm-code.ts';

/** The longest block, which is also what one instruction moves. */
const blockBytesMax = 16;
/** Bytes of the stream that one call of a program serves. */
const bytesAtOnce = 64;
/** As much as one packet takes, in whole calls. */
const streamMax = Math.ceil(nscaPacketBytes / bytesAtOnce) * bytesAtOnce;

/** Where everything lies in a program's memory. */
const ciphertextAt = blockBytesMax;
const plainAt = ciphertextAt + streamMax;
const windowsAt = plainAt + streamMax;
const keystreamAt = windowsAt + (streamMax + 1) * blockBytesMax;
const pages = Math.ceil((keystreamAt + streamMax * blockBytesMax) / 65_536);

/**
 * Decrypts what is encrypted in CFB mode with 8-bit feedback: each byte is XORed with the first byte of the encryption
 * of the block of ciphertext before it. All these blocks are laid side by side and encrypted in one call.
 *
 * A byte takes part in sixteen blocks: moved 16 bytes at a time by WebAssembly this takes a tenth of what the
 * same takes in JavaScript, where it was the larger part of decryption.
 *
 * @param blocks the block cipher, in ECB mode without padding
 * @param register the block before the ciphertext, of 8 or 16 bytes
 * @param ciphertext of a packet's length at most
 * @returns the plain bytes, which are good until the next call
 */
export function decryptSideBySide(
  blocks: Cipheriv,
  register: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const { length } = ciphertext;
  if (length > nscaPacketBytes) throw new RangeError(`${length} bytes are more than a packet`);
  const blockBytes = register.length;
  const { layBlocks, mixFirstBytes, memory } = programFor(blockBytes);
  memory.set(register, ciphertextAt - blockBytes);
  memory.set(ciphertext, ciphertextAt);
  for (let i = 0; i < length; i += bytesAtOnce) {
    layBlocks(ciphertextAt - blockBytes + i, windowsAt + i * blockBytes);
  }
  const windows = memory.subarray(windowsAt, windowsAt + length * blockBytes);
  const keystream = blocks.update(windows);
  memory.set(keystream, keystreamAt);
  // Left to the garbage collector, the keystreams of many packets would lie in memory, and none in the processor's cache.
  keystream.buffer.transfer(0);
  for (let i = 0; i < length; i += bytesAtOnce) {
    mixFirstBytes(keystreamAt + i * blockBytes, ciphertextAt + i);
  }
  return memory.subarray(plainAt, plainAt + length);
}

interface Program {
  /** Lays 64 blocks side by side: those that begin at an address and at the bytes that follow; and where they go. */
  readonly layBlocks: (from: number, to: number) => void;
  /** XORs the first bytes of 64 blocks with 64 bytes of ciphertext; the plain bytes have a place of their own. */
  readonly mixFirstBytes: (keystream: number, ciphertext: number) => void;
  readonly memory: Uint8Array;
}

const programs = new Map<number, Program>();

/** The program for a size of blocks, made when it is first needed. */
function programFor(blockBytes: number): Program {
  const program = programs.get(blockBytes) ?? makeProgram(blockBytes);
  programs.set(blockBytes, program);
  return program;
}

function makeProgram(blockBytes: number): Program {
  if (blockBytes > blockBytesMax) throw new RangeError(`no blocks of ${blockBytes} bytes`);
  const functions = [layBlocks(blockBytes), mixFirstBytes(blockBytes)];
  const module = new WebAssembly.Module(wasmModule(functions, pages));
  const { exports } = new WebAssembly.Instance(module);
  const program = exports as unknown as Omit<Program, 'memory'> & {
    readonly memory: { readonly buffer: ArrayBuffer };
  };
  return {
    layBlocks: program.layBlocks,
    mixFirstBytes: program.mixFirstBytes,
    memory: new Uint8Array(program.memory.buffer),
  };
}

/** In this order each block overwrites what was moved too much for the one before. */
function layBlocks(blockBytes: number): WasmFunction {
  const [from, to] = [0, 1];
  const code = Array.from({ length: bytesAtOnce }, (_, i) => [
    ...wasm.getLocal(to),
    ...wasm.getLocal(from),
    ...wasm.load(i),
    ...wasm.store(i * blockBytes),
  ]);
  return { parameters: 2, v128Locals: 0, code: code.flat(), name: 'layBlocks' };
}

function mixFirstBytes(blockBytes: number): WasmFunction {
  const [keystream, ciphertext] = [0, 1];
  const lanes = Array.from({ length: 16 }, (_, lane) => lane);
  const code = Array.from({ length: bytesAtOnce / 16 }, (_, i) => [
    ...wasm.getLocal(ciphertext),
    ...wasm.getLocal(ciphertext),
    ...wasm.load(16 * i),
    // Each lane wants an address below the vector that it completes.
    ...lanes.flatMap(() => wasm.getLocal(keystream)),
    ...wasm.load8Splat(16 * i * blockBytes),
    ...lanes.slice(1).flatMap((lane) => wasm.load8Lane((16 * i + lane) * blockBytes, lane)),
    ...wasm.xor,
    ...wasm.store(plainAt - ciphertextAt + 16 * i),
  ]);
  return { parameters: 2, v128Locals: 0, code: code.flat(), name: 'mixFirstBytes' };
}
