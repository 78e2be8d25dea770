import type { ByteString } from '../../../protocol/byte-string.ts';
import { RegexCursor } from './regex-cursor.ts';
import { noFlags, type RegexFlags } from './regex-flags.ts';
import type { ParsedRegex, RegexNode } from './regex-tree.ts';

/** A run of literal bytes in the pattern: one rule of Perl's about braces depends on it. */
export interface LiteralRun {
  readonly start: number;
  readonly folds: boolean;
}

/** A parser on its way through a pattern: the place where it is, and what it has found up to there. */
export class ParserState {
  readonly cursor: RegexCursor;
  /** What the first reading found; nothing during the first reading. */
  readonly known: ParsedRegex | undefined;
  readonly names = new Map<string, number[]>();
  /** What makes the whole pattern one that only Perl can match. */
  readonly beyond = new Set<string>();
  groupCount = 0;
  /** How many assertions enclose this place. */
  lookDepth = 0;
  run: LiteralRun | undefined;
  /** It has read a reference, which may be to a group that comes later. */
  refersToGroups = false;
  #flags: RegexFlags = noFlags;

  constructor(pattern: ByteString, known: ParsedRegex | undefined) {
    this.cursor = new RegexCursor(pattern);
    this.known = known;
  }

  /** The flags in force at this place. */
  get flags(): RegexFlags {
    return this.#flags;
  }

  set flags(flags: RegexFlags) {
    if (flags.charset === 'u') this.beyond.add('Unicode rules');
    if (flags.charset === 'l') this.beyond.add('locale rules');
    this.#flags = flags;
  }

  /** Under /a the case of bytes above 127 is Unicode's. */
  get foldsByUnicode(): boolean {
    return this.#flags.caseless && this.#flags.charset !== 'd';
  }

  /** Steps over one character, and over what the flags let the pattern hold between items. */
  next(): void {
    this.cursor.next(this.#flags.extended);
  }

  /** Steps over what the flags let the pattern hold between items. */
  skipIgnored(): void {
    this.cursor.skipIgnored(this.#flags.extended);
  }

  /** A character whose presence changes what the rest of the pattern means. */
  beyondAll(reason: string): RegexNode {
    this.beyond.add(reason);
    return { kind: 'beyond', reason, hasWidth: true, mayAccept: false };
  }

  /** The numbers of the groups with a name; none while they are not all known. */
  groupsNamed(name: string): readonly number[] {
    this.refersToGroups = true;
    if (this.known === undefined || name === '') return [];
    const groups = this.known.names.get(name);
    if (groups === undefined) throw this.cursor.errorHere('Reference to nonexistent named group');
    return groups;
  }
}

/** Something that only Perl can match; the rest of the pattern means what it always does. */
export function beyondNode(reason: string, hasWidth: boolean): RegexNode {
  return { kind: 'beyond', reason, hasWidth, mayAccept: false };
}

export const unicodeCase = 'Unicode case of bytes above 127';
