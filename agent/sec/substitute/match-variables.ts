import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Match } from './match.ts';

/** The sets of match variables that varmaps have named for this line. */
export type MatchCache = ReadonlyMap<ByteString, Match>;

/**
 * The character that begins a variable: `$` for the event at hand, and in the
 * second half of Pair rules `%` for the first event.
 */
export type VariableToken = '$' | '%';

/**
 * `$$`, `$N`, `${N}`, `$+{NAME}`, `$+{N}`, `$:{ENTRY:NAME}`. A name is a letter or
 * `_`, then word characters or `!`. Any other `$` is not a variable and stays.
 */
const variables: Readonly<Record<VariableToken, RegExp>> = {
  $: /\$(?:\$|(\d+)|\{(\d+)\}|\+\{(\d+|[A-Za-z_][\w!]*)\}|:\{([A-Za-z]\w*):(\d+|[A-Za-z_][\w!]*)\})/g,
  '%': /%(?:%|(\d+)|\{(\d+)\}|\+\{(\d+|[A-Za-z_][\w!]*)\}|:\{([A-Za-z]\w*):(\d+|[A-Za-z_][\w!]*)\})/g,
};

/** How values are protected from what is done to the text later. */
export type Protection = (value: ByteString) => ByteString;

/** Leaves a value as it is. */
export const asIs: Protection = (value) => value;

/** For texts of actions: the later substitution of `%` variables leaves the value alone. */
export const forAction: Protection = (value) => value.replaceAll('%', '%%');

/** For texts in which `$` is substituted once more, with a second event. */
export const forSecondMatch: Protection = (value) => value.replaceAll('$', '$$$$');

/** For regular expressions: the value matches itself (Perl's quotemeta on bytes). */
export const forRegex: Protection = (value) => value.replace(/[^A-Za-z0-9_]/g, '\\$&');

/** True when the text holds something that substitution would change. */
export function hasMatchVariables(text: ByteString): boolean {
  return text.search(variables.$) >= 0;
}

/** The text with the variables of a match replaced; unset ones vanish. Values are not scanned again. */
export function substituteMatch(
  text: ByteString,
  match: Match,
  cache: MatchCache,
  protect: Protection = asIs,
  token: VariableToken = '$',
): ByteString {
  if (!match.substitutes || !text.includes(token)) return text;
  return text.replace(variables[token], (whole, plain, braced, named, entry, entryName) => {
    if (whole.length === 2 && whole[1] === token) return token;
    const value =
      entry === undefined ? match.get(plain ?? braced ?? named) : cache.get(entry)?.get(entryName);
    return protect(value ?? '');
  });
}
