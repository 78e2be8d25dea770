import { wasm, wasmModule } from './wasm-code.ts';

/** So many windows are made in one call at most: a packet's. */
export const windowsMax = 4304;

/** Windows that one call of the program makes. */
const windowsAtOnce = 64;
/** The longest block, which is also what one instruction moves. */
const blockBytesMax = 16;
/** Where the stream and the windows lie in memory; both may be read or written a little beyond their ends. */
const streamAt = 0;
const windowsAt = 8192;
const pages = 2;

/**
 * The blocks that begin at `start` of a stream and at each of the bytes that follow, one behind the other;
 * valid until the next call. Blocks have 8 or 16 bytes.
 *
 * A byte takes part in sixteen windows: moved 16 bytes at a time by WebAssembly this takes a tenth of what the
 * same takes in JavaScript, where it was the larger part of decryption.
 */
export function slidingWindows(
  stream: Uint8Array,
  start: number,
  count: number,
  blockBytes: number,
): Uint8Array {
  const { spread, bytes } = programFor(blockBytes);
  bytes.set(stream.subarray(start, start + count + blockBytes - 1), streamAt);
  for (let i = 0; i < count; i += windowsAtOnce) {
    spread(streamAt + i, windowsAt + i * blockBytes);
  }
  return bytes.subarray(windowsAt, windowsAt + count * blockBytes);
}

interface Program {
  /** Makes the windows that begin at an address, and where they go. */
  readonly spread: (from: number, to: number) => void;
  readonly bytes: Uint8Array;
}

const programs = new Map<number, Program>();

/** The program for a size of blocks, made when it is first needed. */
function programFor(blockBytes: number): Program {
  const program = programs.get(blockBytes) ?? makeProgram(blockBytes);
  programs.set(blockBytes, program);
  return program;
}

function makeProgram(blockBytes: number): Program {
  if (blockBytes > blockBytesMax) throw new RangeError(`no windows of ${blockBytes} bytes`);
  const [from, to] = [0, 1];
  // In this order each window overwrites what was moved too much for the one before.
  const code = Array.from({ length: windowsAtOnce }, (_, i) => [
    ...wasm.getLocal(to),
    ...wasm.getLocal(from),
    ...wasm.load(i),
    ...wasm.store(i * blockBytes),
  ]).flat();
  const bytes = wasmModule([{ parameters: 2, v128Locals: 0, code, name: 'spread' }], pages);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { spread, memory } = exports as unknown as {
    readonly spread: Program['spread'];
    readonly memory: { readonly buffer: ArrayBuffer };
  };
  return { spread, bytes: new Uint8Array(memory.buffer) };
}
