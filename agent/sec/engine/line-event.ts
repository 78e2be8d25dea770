import type { ByteString } from '../../../protocol/byte-string.ts';

/** A line on its way through the rules. */
export interface LineEvent {
  readonly line: ByteString;
  /** `$+{_inputsrc}`: the path of the input, `-` for standard input. */
  readonly source: ByteString;
  /** Unix time in seconds at which the line is handled. */
  readonly time: number;
}
