import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../language.ts';
import { notYet } from '../not-yet.ts';
import { trimBlanks } from '../rule-file/logical-lines.ts';
import type { Match } from '../substitute/match.ts';
import { substituteMatchInAction } from '../substitute/match-variables.ts';
import type { Action, ActionReader, ActionReading, ActionRun } from './action.ts';
import { readLogonly } from './logonly.ts';
import { readNone } from './none.ts';
import { splitFirstWord } from './parameter-text.ts';
import { readShellcmd } from './shellcmd.ts';
import { splitActions } from './split-actions.ts';
import { readSubmit } from './submit.ts';
import { readWrite } from './write.ts';

const readers: ReadonlyMap<string, ActionReader> = new Map([
  ['none', readNone],
  ['logonly', readLogonly],
  ['write', readWrite],
  ['shellcmd', readShellcmd],
]);

/** SEC's other actions: known, so that they are not called mistakes. */
const otherActions = new Set(
  `writen owritecl closef udgram ustream udpsock tcpsock closeudgr closeustr closeudp closetcp cmdexec
  spawn spawnexec cspawn cspawnexec pipe pipeexec create delete obsolete unalias set alias add prepend
  fill report reportexec copy empty pop shift trim exists getsize getaliases getltime getctime setltime
  setctime event tevent cevent reset getwpos setwpos assign assignsq free eval call lcall rewrite
  addinput dropinput sigemul varset if while break continue`.split(/\s+/),
);

/** A finding in an action list, in SEC's words, with a hint where we have one. */
export interface ActionFault {
  readonly message: ByteString;
  readonly hint?: string;
}

/** The actions of a list, or what is wrong with it. */
export type ActionListReading =
  | { readonly actions: readonly Action[] }
  | { readonly faults: readonly ActionFault[] };

/** Reads the value of an `action` keyword. */
export function readActionList(
  list: ByteString,
  extensions: LanguageExtensions,
): ActionListReading {
  const invalidList = { message: `Invalid action list ' ${list} '` };
  const texts = splitActions(list);
  if (texts === undefined) {
    const message = `Unbalanced parentheses found in action list '${list}'`;
    return { faults: [{ message, hint: 'write \\( and \\) for single ones' }, invalidList] };
  }
  const actions: Action[] = [];
  for (let index = 0; index < texts.length; index++) {
    let text = trimBlanks(texts[index] ?? '');
    if (extensions.submitAction && /^submit(?!\s*\(|\w)/i.test(text)) {
      // Its fields are separated by semicolons too: the next three belong to it.
      text = trimBlanks(texts.slice(index, index + 4).join(';'));
      index += 3;
    }
    const reading = readAction(text, extensions);
    if ('action' in reading) actions.push(reading.action);
    else {
      const { fault, hint } = reading;
      const message = fault ?? `Invalid action '${text}'`;
      return { faults: [hint === undefined ? { message } : { message, hint }, invalidList] };
    }
  }
  return { actions };
}

function readAction(text: ByteString, extensions: LanguageExtensions): ActionReading {
  const [word, parameter] = splitFirstWord(text);
  const name = word.toLowerCase();
  const reader = name === 'submit' && extensions.submitAction ? readSubmit : readers.get(name);
  if (reader !== undefined) return reader(parameter, extensions);
  return otherActions.has(name) ? notYet(`action '${name}'`) : {};
}

/** The actions with their `$` variables replaced by the values of a match. */
export function bindActions(actions: readonly Action[], match: Match): readonly Action[] {
  return actions.map(({ kind, parameters }) => ({
    kind,
    parameters: parameters.map((text) => substituteMatchInAction(text, match)),
  }));
}

/** Runs bound actions in their order. */
export function runActions(actions: readonly Action[], run: ActionRun): void {
  for (const { kind, parameters } of actions) kind.run(parameters, run);
}
