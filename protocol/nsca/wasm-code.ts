/*
 * WebAssembly in its binary form, as far as fast decryption needs it. Source: W3C,
 * "WebAssembly Core Specification" 2.0, chapter 5.
 */

/** A whole number as LEB128, as unsigned numbers of any size are written. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

/** A whole number from 0 on as LEB128, as signed numbers are written. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x40 ? [low] : [low | 0x80, ...signed(value >>> 7)];
}

/** A list behind its length. */
function counted(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** Bytes behind their number. */
function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** The binary codes of the types of values. */
const valueTypes = { i32: 0x7f, v128: 0x7b } as const;

/** An instruction whose code has the prefix of those for 128 bits. */
function simd(code: number, ...rest: readonly number[]): number[] {
  return [0xfd, ...unsigned(code), ...rest];
}

/** Where in memory: an alignment as a power of two (0: any), and bytes beyond the address. */
function place(offset: number): number[] {
  return [0, ...unsigned(offset)];
}

/** Instructions, named as in the specification; each is the bytes of its code. */
export const wasm = {
  end: [0x0b],
  call: (func: number) => [0x10, ...unsigned(func)],
  getLocal: (local: number) => [0x20, ...unsigned(local)],
  setLocal: (local: number) => [0x21, ...unsigned(local)],
  teeLocal: (local: number) => [0x22, ...unsigned(local)],
  /** A number from 0 on. */
  number: (value: number) => [0x41, ...signed(value)],
  storeI16: (offset: number) => [0x3b, ...place(offset)],
  load: (offset: number) => simd(0x00, ...place(offset)),
  load8Splat: (offset: number) => simd(0x07, ...place(offset)),
  load16Splat: (offset: number) => simd(0x08, ...place(offset)),
  load32Splat: (offset: number) => simd(0x09, ...place(offset)),
  /** Puts a byte from memory into one of the 16 lanes of a vector. */
  load8Lane: (offset: number, lane: number) => simd(0x54, ...place(offset), lane),
  store: (offset: number) => simd(0x0b, ...place(offset)),
  constant: (sixteenBytes: readonly number[]) => simd(0x0c, ...sixteenBytes),
  shuffle: (lanes: readonly number[]) => simd(0x0d, ...lanes),
  equalBytes: simd(0x23),
  not: simd(0x4d),
  and: simd(0x4e),
  andNot: simd(0x4f),
  or: simd(0x50),
  xor: simd(0x51),
  topBitsOfBytes: simd(0x64),
  addBytes: simd(0x6e),
} as const;

/** A function of numbers (i32) that gives nothing, with local variables of 128 bits behind its parameters. */
export interface WasmFunction {
  readonly parameters: number;
  readonly v128Locals: number;
  readonly code: readonly number[];
  /** The name under which it is exported, if it is. */
  readonly name?: string;
}

/** A module of functions, called by their number, that share some pages of 64 KiB, exported as `memory`. */
export function wasmModule(
  functions: readonly WasmFunction[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...counted(Array.from({ length: parameters }, () => [valueTypes.i32])),
    0,
  ]);
  const bodies = functions.map(({ v128Locals, code }) =>
    sized([...counted([[...unsigned(v128Locals), valueTypes.v128]]), ...code, ...wasm.end]),
  );
  const exported = functions.flatMap(({ name }, index) =>
    name === undefined ? [] : [exportOf(name, 0, index)],
  );
  const section = (id: number, items: readonly (readonly number[])[]) => [
    id,
    ...sized(counted(items)),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0, ...unsigned(pages)]]),
    ...section(7, [exportOf('memory', 2, 0), ...exported]),
    ...section(10, bodies),
  ]);
}

function exportOf(name: string, kind: number, index: number): number[] {
  return [...sized([...name].map((letter) => letter.charCodeAt(0))), kind, ...unsigned(index)];
}
