/** How Node.js knows that it is a single executable application: node/src/node_sea.cc, documented under that name. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The note in which it looks for what it is to run. */
const noteName = 'NODE_SEA_BLOB';

/** Of the ELF specification (gABI): sizes of its heads, types of segments, in files of 64 bits. */
const headBytes = 64;
const segmentBytes = 56;
const typeLoad = 1;
const typeNote = 4;
const typeSelf = 6;
const flagRead = 4;
const pageBytes = 65_536;

/** A row of the table of segments. */
interface Segment {
  readonly type: number;
  readonly address: number;
  readonly memoryBytes: number;
  readonly row: Buffer;
}

/**
 * Puts a blob into a Node.js for Linux, so that it runs that and nothing else. The blob becomes a note behind all that
 * is there, and a segment of its own lets the system load it. Two rows of the table of segments are free for
 * that: the one that describes the table itself, which only executables need that can be loaded anywhere, and
 * the one of the notes that are there, which nobody reads at run time. Nothing else in the file moves.
 */
export function injectNote(node: Uint8Array, blob: Uint8Array): Buffer {
  const original = Buffer.from(node);
  const segments = segmentsOf(original);
  const kept = segments.filter(({ type }) => type !== typeSelf && type !== typeNote);
  if (segments.length - kept.length < 2) throw new Error('this Node.js has no room for a note');
  const loads = kept.filter(({ type }) => type === typeLoad);
  const base = loads[0]?.address ?? 0;
  const end = Math.max(...loads.map(({ address, memoryBytes }) => address + memoryBytes));
  // Addresses are offsets from the first segment, as linkers lay them out; pages of 64 KiB suit every machine.
  const offset = roundUp(Math.max(original.length, end - base), pageBytes);
  const note = noteOf(blob);
  const place = { offset, address: base + offset, bytes: note.length };
  const last = kept.findLastIndex(({ type }) => type === typeLoad);
  const rows = [
    ...kept.slice(0, last + 1).map(({ row }) => row),
    segmentRow(typeLoad, place, pageBytes),
    segmentRow(typeNote, place, 4),
    ...kept.slice(last + 1).map(({ row }) => row),
  ];
  const made = Buffer.concat([original, Buffer.alloc(offset - original.length), note]);
  Buffer.concat(rows).copy(made, headBytes);
  made.writeUInt16LE(rows.length, 56);
  burnFuse(made);
  return made;
}

function segmentsOf(file: Buffer): readonly Segment[] {
  const isKnown =
    file.readUInt32BE(0) === 0x7f454c46 &&
    file[4] === 2 &&
    file[5] === 1 &&
    file.readUInt16LE(16) === 2 &&
    file.readBigUInt64LE(32) === BigInt(headBytes) &&
    file.readUInt16LE(54) === segmentBytes;
  if (!isKnown) throw new Error('expected an executable of 64 bits with a fixed address');
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = headBytes + index * segmentBytes;
    return {
      type: file.readUInt32LE(at),
      address: Number(file.readBigUInt64LE(at + 16)),
      memoryBytes: Number(file.readBigUInt64LE(at + 40)),
      row: Buffer.from(file.subarray(at, at + segmentBytes)),
    };
  });
}

function segmentRow(
  type: number,
  {
    offset,
    address,
    bytes,
  }: { readonly offset: number; readonly address: number; readonly bytes: number },
  alignment: number,
): Buffer {
  const row = Buffer.alloc(segmentBytes);
  row.writeUInt32LE(type, 0);
  row.writeUInt32LE(flagRead, 4);
  const words = [offset, address, address, bytes, bytes, alignment];
  for (const [index, word] of words.entries()) row.writeBigUInt64LE(BigInt(word), 8 + index * 8);
  return row;
}

/** Sizes of name and content, a type that nobody looks at, then both, each filled up to four bytes. */
function noteOf(blob: Uint8Array): Buffer {
  const name = Buffer.alloc(roundUp(noteName.length + 1, 4));
  name.write(noteName, 'latin1');
  const head = Buffer.alloc(12);
  head.writeUInt32LE(noteName.length + 1, 0);
  head.writeUInt32LE(blob.length, 4);
  return Buffer.concat([head, name, blob, Buffer.alloc(roundUp(blob.length, 4) - blob.length)]);
}

/** Node.js looks for the note only when the digit behind this text is 1. */
function burnFuse(file: Buffer): void {
  const at = file.indexOf(`${fuse}:0`);
  if (at < 0) throw new Error('this Node.js cannot be made a single executable');
  file.write('1', at + fuse.length + 1);
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
