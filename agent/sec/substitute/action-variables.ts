import type { ByteString } from '../../../protocol/byte-string.ts';
import { timeVariable } from './time-variables.ts';

/** `%%`, `%name`, `%{name}`, `%.name`, `%{.name}`. Any other `%` is not a variable and stays. */
const actionVariable = /%(?:%|(\.?[A-Za-z]\w*)|\{(\.?[A-Za-z]\w*)\})/g;

/** What `%` variables are read from when an action runs. */
export interface ActionScope {
  /** `%s`: the description of the event that the action list belongs to. */
  readonly description: ByteString;
  /** Unix time in seconds, for `%u`, `%t` and the time variables. */
  readonly time: number;
}

/** True when the text holds something that substitution would change. */
export function hasActionVariables(text: ByteString): boolean {
  return text.search(actionVariable) >= 0;
}

/** The text with its `%` variables replaced; unknown ones vanish. Values are not scanned again. */
export function substituteActionVariables(text: ByteString, scope: ActionScope): ByteString {
  if (!text.includes('%')) return text;
  return text.replace(actionVariable, (whole, plain, braced) => {
    if (whole === '%%') return '%';
    const name: string = plain ?? braced;
    return name === 's' ? scope.description : (timeVariable(name, scope.time) ?? '');
  });
}
