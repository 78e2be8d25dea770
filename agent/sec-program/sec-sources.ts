import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecInputs } from './sec-loop.ts';
import type { SecOptions } from './sec-options.ts';
import type { RestartKind } from './sec-program.ts';

/** An input, for a dump. */
export interface SecSourceStatus {
  readonly file: ByteString;
  /** Its internal context; undefined without --intcontexts. */
  readonly context: ByteString | undefined;
  readonly open: boolean;
  /** Lines that came from it. */
  readonly lines: number;
  /** What is open: in the words of SEC's dump, `regular file`, `pipe` … */
  readonly type: string | undefined;
  readonly device: number | undefined;
  readonly inode: number | undefined;
  /** Bytes; for a regular file only. */
  readonly offset: number | undefined;
  readonly size: number | undefined;
}

/** SEC's inputs, as its command line needs them. */
export interface SecSources extends SecInputs {
  /** Opens the inputs at the start of the program. */
  open(): void;
  /** After a restart, with the options that hold from now on. */
  reopen(how: RestartKind, options: SecOptions): void;
  /** For the action `addinput`. */
  add(file: ByteString, offset: ByteString | undefined, context: ByteString | undefined): void;
  /** For the action `dropinput`; true when `addinput` had added such an input. */
  drop(file: ByteString): boolean;
  readonly statuses: readonly SecSourceStatus[];
  close(): void;
}
