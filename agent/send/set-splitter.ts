import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';

/** A piece of the input between two separators; one that is longer than it may be is only counted. */
export type InputPiece =
  | { readonly kind: 'text'; readonly text: ByteString }
  | { readonly kind: 'too long'; readonly bytes: number };

/** Cuts an input into pieces at a separator byte, however its bytes come. */
export class SetSplitter {
  readonly #separator: number;
  readonly #bytesMax: number;
  #kept: Uint8Array[] = [];
  #bytes = 0;
  #separators = 0;

  /** @param bytesMax of a piece that is kept */
  constructor(separator: number, bytesMax: number) {
    this.#separator = separator;
    this.#bytesMax = bytesMax;
  }

  /** How many separators came. */
  get separators(): number {
    return this.#separators;
  }

  /** Takes the next bytes, and gives the pieces that they complete. */
  push(chunk: Uint8Array): InputPiece[] {
    const pieces: InputPiece[] = [];
    let start = 0;
    for (let end = chunk.indexOf(this.#separator); end !== -1; ) {
      this.#keep(chunk.subarray(start, end));
      pieces.push(this.#take());
      this.#separators++;
      start = end + 1;
      end = chunk.indexOf(this.#separator, start);
    }
    this.#keep(chunk.subarray(start));
    return pieces;
  }

  /** The last piece, behind which no separator came. */
  end(): InputPiece {
    return this.#take();
  }

  #keep(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#bytesMax) this.#kept = [];
    else if (bytes.length > 0) this.#kept.push(bytes);
  }

  #take(): InputPiece {
    const bytes = this.#bytes;
    const text = byteStringFrom(Buffer.concat(this.#kept));
    this.#kept = [];
    this.#bytes = 0;
    return bytes > this.#bytesMax ? { kind: 'too long', bytes } : { kind: 'text', text };
  }
}
