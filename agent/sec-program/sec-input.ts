import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { SecSourceStatus } from './sec-sources.ts';

/** What a look at an input found: a line, bytes that end no line yet, or nothing new. */
export type Look =
  | { readonly kind: 'line'; readonly text: ByteString }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'nothing' };

/** Where reading begins: at a byte, or at what is the end of the file when it is opened. */
export type StartOffset = number | 'end';

/** One of SEC's inputs. */
export interface SecInput {
  readonly name: ByteString;
  /** Given by the action `addinput`: a full restart forgets it. */
  readonly dynamic: boolean;
  /** A line that was read before, or what one more block brings. */
  look(): Look;
  /**
   * Leaves out the lines that were read and come before the next one that a filter finds.
   * For an input that is the only one: no order among inputs is kept.
   * @param lastMax of how many the text is wanted
   */
  passOver?(filter: LineFilter, lastMax: number): PassedOver;
  /** After nothing was found: looks at the name again. `now` is Unix time in seconds. */
  lookAtName(now: number): void;
  readonly isOpen: boolean;
  /** True when no line will ever come again. */
  readonly ended: boolean;
  /** Opens it, anew if it is open: what was read and not taken is forgotten. */
  open(start: StartOffset, now: number): void;
  readonly status: Omit<SecSourceStatus, 'context'>;
  close(): void;
}
