import type { ByteString } from '../../../protocol/byte-string.ts';

/** What a pattern found: the values of its match variables. */
export interface Match {
  /**
   * False for SubStr and TValue patterns: they have no match variables, and then
   * SEC substitutes nothing at all, so that even `$$` stays as it is.
   */
  readonly substitutes: boolean;
  /** The value of `$name` (a number as text) or `$+{name}`; undefined when it is unset. */
  get(name: string): ByteString | undefined;
  /** All variables, as Perl code sees them in a hash. */
  entries(): ReadonlyMap<ByteString, ByteString | undefined>;
}

const noEntries: ReadonlyMap<ByteString, ByteString | undefined> = new Map();

/** The match of a pattern without match variables. */
export const matchWithoutVariables: Match = {
  substitutes: false,
  get: () => undefined,
  entries: () => noEntries,
};

/** A match whose variables are known one by one. */
export function matchOf(variables: ReadonlyMap<ByteString, ByteString | undefined>): Match {
  return {
    substitutes: true,
    get: (name) => variables.get(name),
    entries: () => variables,
  };
}
