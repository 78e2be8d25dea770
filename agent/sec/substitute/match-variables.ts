import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Match } from './match.ts';

/**
 * `$$`, `$N`, `${N}`, `$+{NAME}`, `$+{N}`, `$:{ENTRY:NAME}`. A name is a letter or
 * `_`, then word characters or `!`. Any other `$` is not a variable and stays.
 */
const matchVariable =
  /\$(?:\$|(\d+)|\{(\d+)\}|\+\{(\d+|[A-Za-z_][\w!]*)\}|:\{([A-Za-z_]\w*):(?:\d+|[A-Za-z_][\w!]*)\})/g;

/** True when the text holds something that substitution would change. */
export function hasMatchVariables(text: ByteString): boolean {
  return text.search(matchVariable) >= 0;
}

/** The text with its match variables replaced; unset ones vanish. Values are not scanned again. */
export function substituteMatch(text: ByteString, match: Match): ByteString {
  return substitute(text, match, (value) => value);
}

/**
 * The same for the parameter of an action: each `%` of a value is doubled, so
 * that the later substitution of `%` variables leaves the value as it is.
 */
export function substituteMatchInAction(text: ByteString, match: Match): ByteString {
  return substitute(text, match, (value) => value.replaceAll('%', '%%'));
}

function substitute(
  text: ByteString,
  match: Match,
  protect: (value: ByteString) => ByteString,
): ByteString {
  if (!match.substitutes || !text.includes('$')) return text;
  return text.replace(matchVariable, (whole, plain, braced, named, entry) => {
    if (whole === '$$') return '$';
    // No match cache yet: an entry that does not exist has no variables.
    if (entry !== undefined) return '';
    return protect(match.get(plain ?? braced ?? named) ?? '');
  });
}
