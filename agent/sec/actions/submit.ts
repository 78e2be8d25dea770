import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../language.ts';
import { hasActionVariables } from '../substitute/action-variables.ts';
import { hasMatchVariables } from '../substitute/match-variables.ts';
import type { ActionKind, ActionReader, ActionReading } from './action.ts';
import { expand } from './expand.ts';
import { withoutOuterParentheses } from './parameter-text.ts';

const submitForm = 'expected: submit HOST;SERVICE;STATE;OUTPUT';
const stateForm = 'expected 0 to 3, or OK, WARNING, CRITICAL or UNKNOWN';

const submit: ActionKind = {
  name: 'submit',
  run(parameters, run) {
    const [host = '', service = '', state = '', output = ''] = parameters.map((text) =>
      expand(text, run),
    );
    const { host: world, time } = run.runtime;
    const returnCode = returnCodeOf(state);
    if (returnCode === undefined) {
      const about = `for a check result of ${host};${service}: ${stateForm}`;
      world.log(3, `Invalid state '${state}' ${about}`);
      return undefined;
    }
    world.submit({ host, service: service === '' ? null : service, returnCode, output, time });
    return undefined;
  },
};

/**
 * `submit HOST;SERVICE;STATE;OUTPUT`: queues a passive check result. An empty
 * HOST is this host, an empty SERVICE makes it a host check. OUTPUT may hold
 * semicolons when the whole parameter stands in parentheses.
 */
export const readSubmit: ActionReader = (parameter, { language }) => {
  const fields = withoutOuterParentheses(parameter ?? '')
    .replace(/\\([()])/g, '$1')
    .split(';');
  const [host, service, state, ...output] = fields;
  if (host === undefined || service === undefined || state === undefined || output.length === 0) {
    return { hint: submitForm };
  }
  return submitAction([host, service, state, output.join(';')], language.extensions);
};

/** The action that queues a result with these texts as host, service, state and output. */
export function submitAction(
  fields: readonly [ByteString, ByteString, ByteString, ByteString],
  extensions: LanguageExtensions,
): ActionReading {
  const [host, service, state, output] = fields.map(trimBlanks);
  if (state === undefined || (!isVariable(state) && returnCodeOf(state) === undefined)) {
    return { fault: `Invalid state '${state}' for a check result`, hint: stateForm };
  }
  const named = host === '' || host === undefined ? extensions.hostName : host;
  return { action: { kind: submit, parameters: [named, service ?? '', state, output ?? ''] } };
}

const stateWords = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

function returnCodeOf(state: ByteString): number | undefined {
  if (/^[0-3]$/.test(state)) return Number(state);
  const code = stateWords.indexOf(state.toUpperCase());
  return code < 0 ? undefined : code;
}

function isVariable(text: ByteString): boolean {
  return hasMatchVariables(text) || hasActionVariables(text);
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [submit];
