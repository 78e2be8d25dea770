import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Fault } from '../rule-file/fault.ts';
import type { ActionParameter } from './action.ts';
import { textOr } from './parameter-text.ts';

/** A parameter that is a word: by which index, and what it is, or what stands for it. */
type NamedParameter =
  | { readonly index: number; readonly what: string }
  | { readonly index: number; readonly otherwise: ByteString };

/** One that must not be empty. */
const needed = (what: string, index = 0): NamedParameter => ({ index, what });

/** One that may be empty. */
const optional = (otherwise: ByteString, index = 0): NamedParameter => ({ index, otherwise });

const ofWords = (
  words: string,
  ...parameters: readonly NamedParameter[]
): [string, readonly NamedParameter[]][] => words.split(' ').map((word) => [word, parameters]);

const commandline = 'commandline';

/** By the name of the action, in the order in which SEC looks at them. */
const namedParameters = new Map<string, readonly NamedParameter[]>([
  ...ofWords('write writen owritecl closef', needed('filename')),
  ...ofWords('udgram ustream closeudgr closeustr', needed('filename')),
  ...ofWords('udpsock tcpsock closeudp closetcp', needed('peername')),
  ...ofWords('shellcmd cmdexec spawn spawnexec', needed(commandline)),
  ...ofWords('cspawn cspawnexec', needed('context name'), needed(commandline, 1)),
  ...ofWords('add prepend fill report reportexec', needed('context name')),
  ...ofWords('copy empty pop shift', needed('context name')),
  ...ofWords('exists getsize getaliases getltime getctime', needed('context name', 1)),
  ...ofWords('setltime', needed('context name'), optional('0', 1)),
  ...ofWords('setctime trim', needed('timestamp'), needed('context name', 1)),
  ...ofWords('create', optional('%s'), optional('0', 1)),
  ...ofWords('set', needed('context name'), needed('lifetime', 1)),
  ...ofWords('delete obsolete unalias', optional('%s')),
  ...ofWords('alias', needed('context name'), optional('%s', 1)),
  ...ofWords('tevent', needed('time offset')),
  ...ofWords('cevent', needed('context name'), needed('time offset', 1)),
  ...ofWords('setwpos', needed('timestamp')),
  ...ofWords('rewrite', needed('linecount')),
  ...ofWords('addinput', needed('filename'), optional('-', 1)),
  ...ofWords('dropinput', needed('filename')),
  ...ofWords('sigemul', needed('signal name')),
  ...ofWords('varset', needed('pattern match cache entry name', 1)),
]);

/**
 * The parameters of an action as it uses them: words like texts may stand in parentheses.
 * A fault when one is empty that must not be.
 * @param action its name as rules write it, in lower case
 */
export function checkNamedParameters(
  action: string,
  parameters: readonly ActionParameter[],
): readonly ActionParameter[] | Fault {
  const named = namedParameters.get(action);
  if (named === undefined) return parameters;
  const checked = [...parameters];
  for (const parameter of named) {
    const { index } = parameter;
    const given = checked[index] ?? '';
    if (typeof given !== 'string') continue;
    const isMissing = index >= checked.length && 'otherwise' in parameter;
    if (isMissing) continue;
    const text = textOr(given, 'otherwise' in parameter ? parameter.otherwise : '');
    if (text === '' && 'what' in parameter) {
      return { fault: `Empty ${parameter.what} given for ${action} action` };
    }
    // What else stands in the parentheses of a command is for the shell.
    if (!('what' in parameter && parameter.what === commandline)) checked[index] = text;
  }
  return checked;
}
