import type { ByteString } from '../protocol/byte-string.ts';

/** An external command with its number: it is pushed as it is, whatever it asks of Nagios. */
export interface RawCommand {
  readonly seq: number;
  /** `[time] COMMAND;arguments`, without a newline. */
  readonly line: ByteString;
}
