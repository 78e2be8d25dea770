import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineNeed } from './line-need.ts';

/** An event that a rule looks for in lines, as far as it matters for leaving lines out. */
export interface SoughtEvent {
  readonly need: LineNeed;
  /** The names under which its match can be found again by other rules. */
  readonly cacheEntries: readonly ByteString[];
  /**
   * What is looked at before the pattern, and so on lines that it cannot match too. To
   * look at a context ends one whose time is over; what code does is not known.
   */
  readonly beforePattern: 'nothing' | 'contexts' | 'code';
  /** It is looked for only while the rule has operations: the second event of a pair. */
  readonly whileOperations: boolean;
}
