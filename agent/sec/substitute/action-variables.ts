import type { ByteString } from '../../../protocol/byte-string.ts';
import type { PerlValue } from '../perl/perl.ts';
import { timeVariable } from './time-variables.ts';

/** `%%`, `%name`, `%{name}`, `%.name`, `%{.name}`. Any other `%` is not a variable and stays. */
const actionVariable = /%(?:%|(\.?[A-Za-z]\w*)|\{(\.?[A-Za-z]\w*)\})/g;

/** What `%` variables are read from when an action runs. */
export interface ActionScope {
  /** `%s`: the description of the event that the action list belongs to. */
  readonly description: ByteString;
  /** Unix time in seconds, for `%u`, `%t` and the time variables. */
  readonly time: number;
  /** For `%.tzname`: the abbreviation of the local time zone at a moment. */
  readonly zoneName: (time: number) => ByteString;
  /** What actions have set. */
  readonly variables: {
    get(name: string): PerlValue;
    noteExpansion(description: ByteString, time: number): void;
  };
}

/** True when the text holds something that substitution would change. */
export function hasActionVariables(text: ByteString): boolean {
  return text.search(actionVariable) >= 0;
}

/**
 * The text with its `%` variables replaced; unknown ones vanish. Values are not
 * scanned again.
 * @param quote is done to the value of `%s` only
 */
export function substituteActionVariables(
  text: ByteString,
  scope: ActionScope,
  quote: (value: ByteString) => ByteString = (value) => value,
): ByteString {
  if (!text.includes('%')) return text;
  scope.variables.noteExpansion(scope.description, scope.time);
  return text.replace(actionVariable, (whole, plain, braced) => {
    if (whole === '%%') return '%';
    const name: string = plain ?? braced;
    if (name === 's') return quote(scope.description);
    if (name === '.tzname') return scope.zoneName(scope.time);
    return timeVariable(name, scope.time) ?? textOfValue(scope.variables.get(name)) ?? '';
  });
}

/** What Perl would print for a value; undefined for an unset one. */
export function textOfValue(value: PerlValue): ByteString | undefined {
  return typeof value === 'object' ? value.text : value;
}
