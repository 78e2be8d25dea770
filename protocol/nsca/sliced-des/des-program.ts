import { type WasmFunction, wasm, wasmModule } from '../wasm-code.ts';
import { desTables } from './des-tables.ts';
import { type SBoxCircuit, sBoxCircuit } from './s-box-circuit.ts';
import { sBoxPlans } from './s-box-plans.ts';

const { initialPermutation, permutation } = desTables;

/*
 * DES for 128 blocks at once ("bit-slicing": E. Biham, "A Fast New DES Implementation in
 * Software", 1997): a register of 128 bits holds one bit of each block, permutations are
 * only other addresses, and the S-boxes are gates.
 */

/** Blocks that are encrypted at once: the lanes. */
export const lanes = 128;
/** One bit of each lane, in bytes. */
const sliceBytes = 16;
/** One byte of each lane, in bytes, as a row of bytes or as eight slices, the lowest bits first. */
export const rowBytes = 128;
/** A round's key in bytes: each bit as 32 equal bits. */
export const roundKeyBytes = 48 * 4;

/** Where things lie in memory, in bytes. L and R are 32 slices each, the right behind the left. */
const left = 0;
const right = left + 32 * sliceBytes;
const keys = right + 32 * sliceBytes;
const keystreamSlices = keys + 48 * roundKeyBytes;
const output = keystreamSlices + rowBytes;
export const memory = { keys, output, rows: output + rowBytes } as const;

/**
 * The module for a cipher of one or three stages of sixteen rounds. It exports
 * `slice(row)`: makes slices of a row of bytes, in its place;
 * `decrypt(row)`: encrypts the blocks of which this row of slices has the first bytes and the seven rows that follow
 * have the others, and XORs the first byte of each with the row behind them: the bytes at `output`.
 */
export function desModule(stages: number): Uint8Array<ArrayBuffer> {
  return wasmModule([roundFunction(), sliceFunction(), decryptFunction(stages)], 1);
}

/** `round(target, source, key)`: XORs f(source, key) into the target. */
function roundFunction(): WasmFunction {
  const [target, source, key, firstLocal] = [0, 1, 2, 3];
  const circuits = sBoxPlans.map((plan, box) => sBoxCircuit(box, plan));
  const code = circuits.flatMap((circuit, box) => [
    ...range(6).flatMap((i) => [
      ...wasm.getLocal(source),
      // The expansion E: box by box four bits of R, the one before and the one behind.
      ...wasm.load(((4 * box + i + 31) % 32) * sliceBytes),
      ...wasm.getLocal(key),
      ...wasm.load32Splat((6 * box + i) * 4),
      ...wasm.xor,
      ...wasm.setLocal(firstLocal + i),
    ]),
    ...gatesOf(circuit, firstLocal),
    ...circuit.outputs.flatMap(({ at, isInverted }, output) => {
      const offset = permutation.indexOf(4 * box + output + 1) * sliceBytes;
      return [
        ...wasm.getLocal(target),
        ...wasm.getLocal(target),
        ...wasm.load(offset),
        ...wasm.getLocal(firstLocal + at),
        ...wasm.xor,
        ...(isInverted ? wasm.not : []),
        ...wasm.store(offset),
      ];
    }),
  ]);
  const signals = Math.max(...circuits.map(({ gates }) => 6 + gates.length));
  return { parameters: 3, v128Locals: signals, code };
}

function gatesOf({ gates }: SBoxCircuit, firstLocal: number): number[] {
  return gates.flatMap(({ kind, a, b }, index) => [
    ...wasm.getLocal(firstLocal + a),
    ...wasm.getLocal(firstLocal + b),
    ...wasm[kind],
    ...wasm.setLocal(firstLocal + 6 + index),
  ]);
}

/** See `desModule`. */
function sliceFunction(): WasmFunction {
  const [row, bytes] = [0, 1];
  const groups = range(rowBytes / 16);
  const code = [
    ...groups.flatMap((group) => [
      ...wasm.getLocal(row),
      ...wasm.load(16 * group),
      ...wasm.setLocal(bytes + group),
    ]),
    ...groups.flatMap((group) =>
      [7, 6, 5, 4, 3, 2, 1, 0].flatMap((bit) => [
        ...wasm.getLocal(row),
        ...wasm.getLocal(bytes + group),
        ...wasm.topBitsOfBytes,
        ...wasm.storeI16(bit * sliceBytes + 2 * group),
        // Twice itself: the next bit is at the top.
        ...wasm.getLocal(bytes + group),
        ...wasm.getLocal(bytes + group),
        ...wasm.addBytes,
        ...wasm.setLocal(bytes + group),
      ]),
    ),
  ];
  return { parameters: 1, v128Locals: groups.length, code, name: 'slice' };
}

/** See `desModule`. */
function decryptFunction(stages: number): WasmFunction {
  const [row, scratch, sum] = [0, 1, 2];
  const code = [
    ...initialPermutation.flatMap((bit, i) => [
      ...wasm.number(left),
      ...sliceOfRow(row, bit),
      ...wasm.store(i * sliceBytes),
    ]),
    ...range(16 * stages).flatMap(callOfRound),
    ...range(8).flatMap((i) => keystreamSlice(row, i + 1)),
    ...range(rowBytes / 16).flatMap((group) => [
      ...sixteenBytes(group, scratch, sum),
      ...wasm.number(output),
      ...wasm.getLocal(sum),
      ...wasm.store(16 * group),
    ]),
  ];
  return { parameters: 1, v128Locals: 2, code, name: 'decrypt' };
}

/** The slice of a bit (from 1) of the blocks that begin in a row. */
function sliceOfRow(row: number, bit: number): number[] {
  const byte = (bit - 1) >> 3;
  const fromLowest = 7 - ((bit - 1) & 7);
  return [...wasm.getLocal(row), ...wasm.load(byte * rowBytes + fromLowest * sliceBytes)];
}

/**
 * A round changes L or R in its place, in turns; a stage ends with both exchanged. Between
 * two stages the final and the initial permutation cancel out.
 */
function callOfRound(round: number): number[] {
  const stage = Math.floor(round / 16);
  const isLeftTarget = (round + stage) % 2 === 0;
  return [
    ...wasm.number(isLeftTarget ? left : right),
    ...wasm.number(isLeftTarget ? right : left),
    ...wasm.number(keys + round * roundKeyBytes),
    ...wasm.call(0),
  ];
}

/** XORs a bit (from 1) of the blocks' first bytes with the row behind the blocks. */
function keystreamSlice(row: number, bit: number): number[] {
  // The final permutation is the inverse of the initial one, of R and L side by side.
  const from = initialPermutation.indexOf(bit);
  return [
    ...wasm.number(keystreamSlices),
    ...wasm.number(from < 32 ? right : left),
    ...wasm.load((from % 32) * sliceBytes),
    ...sliceOfRow(row, 64 + bit),
    ...wasm.xor,
    ...wasm.store((8 - bit) * sliceBytes),
  ];
}

/** Makes bytes of sixteen lanes' bits, in the local variable `sum`. */
function sixteenBytes(group: number, scratch: number, sum: number): number[] {
  const bitOfLane = range(16).map((lane) => 1 << (lane % 8));
  const zero = wasm.constant(range(16).fill(0));
  return [
    ...zero,
    ...wasm.setLocal(sum),
    ...range(8).flatMap((bit) => [
      ...wasm.number(keystreamSlices),
      ...wasm.load16Splat(bit * sliceBytes + 2 * group),
      ...wasm.teeLocal(scratch),
      ...wasm.getLocal(scratch),
      // The first of the two bytes to eight lanes, the second to the other eight.
      ...wasm.shuffle(range(16).map((lane) => lane >> 3)),
      ...wasm.constant(bitOfLane),
      ...wasm.and,
      ...wasm.constant(bitOfLane),
      ...wasm.equalBytes,
      ...wasm.constant(range(16).fill(1 << bit)),
      ...wasm.and,
      ...wasm.getLocal(sum),
      ...wasm.or,
      ...wasm.setLocal(sum),
    ]),
  ];
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
