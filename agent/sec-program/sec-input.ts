import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecSourceStatus } from './sec-sources.ts';

/** One of SEC's inputs. */
export interface SecInput {
  readonly name: ByteString;
  /** The name of its internal context, when it was given one. */
  readonly context: ByteString | undefined;
  /** Given by the action `addinput`: a full restart forgets it. */
  readonly dynamic: boolean;
  /** The next line, if there is one now. */
  next(now: number): ByteString | undefined;
  /** True when no line will ever come again. */
  readonly ended: boolean;
  /** Opens it anew at its end: what was read and not taken is forgotten. */
  reopenAtEnd(now: number): void;
  readonly status: Omit<SecSourceStatus, 'context'>;
  close(): void;
}
