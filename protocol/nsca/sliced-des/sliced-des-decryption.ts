import { desKeySchedule, type RoundKey } from './des-key-schedule.ts';
import { desModule, lanes, memory, roundKeyBytes, rowBytes } from './des-program.ts';

const blockBytes = 8;
/** Bytes that are decrypted in one call at most: a packet of 4304 bytes fits. */
const pieceBytes = lanes * 34;

/**
 * Decryption of DES (a key of 8 bytes) or triple DES (of 24) in CFB mode with 8-bit feedback.
 * `stream` is the register, 8 bytes, and behind it the ciphertext; the result is as long as the ciphertext.
 */
export type SlicedDecryption = (stream: Uint8Array) => Uint8Array;

/**
 * Byte i of the plain text needs the encryption of the eight bytes of the stream from i on. The stream is
 * divided into 128 parts of equal length, one for each lane, so that all lanes' first bytes are a row,
 * the second bytes the next row, and a row's blocks are this row and the seven that follow.
 */
export function slicedDesDecryption(key: Uint8Array): SlicedDecryption {
  const { slice, decrypt, bytes } = instanceFor(key);
  return (stream) => {
    const plain = new Uint8Array(stream.length - blockBytes);
    for (let start = 0; start < plain.length; start += pieceBytes) {
      const piece = stream.subarray(start, start + pieceBytes + blockBytes);
      const partBytes = Math.ceil((piece.length - blockBytes) / lanes);
      putRows(piece, partBytes, bytes);
      const rows = partBytes + blockBytes;
      for (let row = 0; row < rows; row++) slice(memory.rows + row * rowBytes);
      for (let row = 0; row < partBytes; row++) {
        decrypt(memory.rows + row * rowBytes);
        for (let lane = 0, at = start + row; lane < lanes; lane++, at += partBytes) {
          plain[at] = bytes[memory.output + lane] ?? 0;
        }
      }
    }
    return plain;
  };
}

/** Lays a stream out as rows; a lane's last rows are the first of the next. What is beyond the end counts as 0. */
function putRows(stream: Uint8Array, partBytes: number, bytes: Uint8Array): void {
  for (let row = 0, to = memory.rows; row < partBytes + blockBytes; row++) {
    for (let lane = 0, at = row; lane < lanes; lane++, at += partBytes) {
      bytes[to++] = stream[at] ?? 0;
    }
  }
}

/** What a module exports. */
interface Exports {
  readonly slice: (row: number) => void;
  readonly decrypt: (row: number) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

const modules = new Map<number, WebAssembly.Module>();

/** A module with a memory of its own that has the key's rounds in it. */
function instanceFor(key: Uint8Array) {
  const stages = key.length / blockBytes;
  const module = modules.get(stages) ?? new WebAssembly.Module(desModule(stages));
  modules.set(stages, module);
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  const bytes = new Uint8Array(exports.memory.buffer);
  for (const [round, bits] of roundKeysOf(key).entries()) {
    for (const [i, bit] of bits.entries()) {
      const at = memory.keys + round * roundKeyBytes + 4 * i;
      bytes.fill(bit === 1 ? 0xff : 0, at, at + 4);
    }
  }
  return { slice: exports.slice, decrypt: exports.decrypt, bytes };
}

/** The rounds of all stages: triple DES encrypts, decrypts (the rounds backwards) and encrypts. */
function roundKeysOf(key: Uint8Array): RoundKey[] {
  const stages = key.length / blockBytes;
  return Array.from({ length: stages }, (_, stage) => {
    const rounds = desKeySchedule(key.subarray(stage * blockBytes, (stage + 1) * blockBytes));
    return stage === 1 ? rounds.toReversed() : rounds;
  }).flat();
}
