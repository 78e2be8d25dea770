import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Match } from './match.ts';
import { matchTemplate, type VariableToken } from './match-template.ts';

/** The sets of match variables that varmaps have named for this line. */
export type MatchCache = ReadonlyMap<ByteString, Match>;

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
  const template = matchTemplate(text, '$');
  return text !== '' && (template.length !== 1 || template[0] !== text);
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
  let result = '';
  for (const part of matchTemplate(text, token)) {
    if (typeof part === 'string') result += part;
    else {
      // As in SEC, nothing protects what comes from the cache: `%` in it is a variable of an
      // action, and in a pattern it is a part of the expression.
      const { entry, name } = part;
      if (entry !== undefined) result += cache.get(entry)?.get(name) ?? '';
      else result += protect(match.get(name) ?? '');
    }
  }
  return result;
}
