import { splitFirstWord, trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Language } from '../language.ts';
import type { Fault } from '../rule-file/fault.ts';
import type {
  Action,
  ActionListReading,
  ActionReader,
  ActionReading,
  NestedListReading,
} from './action.ts';
import * as commands from './commands.ts';
import * as contextEvents from './context-events.ts';
import * as contextInfo from './context-info.ts';
import * as contexts from './contexts.ts';
import * as events from './events.ts';
import * as flow from './flow.ts';
import * as inputs from './input-actions.ts';
import { readLogonly } from './logonly.ts';
import { checkNamedParameters } from './named-parameters.ts';
import { readNone } from './none.ts';
import * as operations from './operations.ts';
import * as perl from './perl-actions.ts';
import * as reports from './reports.ts';
import { socketActions } from './sockets.ts';
import { splitActions } from './split-actions.ts';
import { readSubmit } from './submit.ts';
import * as variables from './variables.ts';
import * as write from './write.ts';

/** SEC's actions by their names, which are written in any case. */
const readers: ReadonlyMap<string, ActionReader> = new Map<string, ActionReader>([
  ['none', readNone],
  ['logonly', readLogonly],
  ['write', write.readWrite],
  ['writen', write.readWriten],
  ['owritecl', write.readOwritecl],
  ['closef', write.readClosef],
  ...socketActions.map(({ kind, read }) => [kind.name, read] as const),
  ['shellcmd', commands.readShellcmd],
  ['cmdexec', commands.readCmdexec],
  ['spawn', commands.readSpawn],
  ['spawnexec', commands.readSpawnexec],
  ['cspawn', commands.readCspawn],
  ['cspawnexec', commands.readCspawnexec],
  ['pipe', commands.readPipe],
  ['pipeexec', commands.readPipeexec],
  ['create', contexts.readCreate],
  ['delete', contexts.readDelete],
  ['obsolete', contexts.readObsolete],
  ['unalias', contexts.readUnalias],
  ['set', contexts.readSet],
  ['alias', contexts.readAlias],
  ['add', contextEvents.add.read],
  ['prepend', contextEvents.prepend.read],
  ['fill', contextEvents.fill.read],
  ['copy', contextEvents.copy.read],
  ['empty', contextEvents.empty.read],
  ['pop', contextEvents.pop.read],
  ['shift', contextEvents.shift.read],
  ['trim', contextEvents.readTrim],
  ['report', reports.readReport],
  ['reportexec', reports.readReportexec],
  ['exists', contextInfo.exists.read],
  ['getsize', contextInfo.getsize.read],
  ['getaliases', contextInfo.getaliases.read],
  ['getltime', contextInfo.getltime.read],
  ['getctime', contextInfo.getctime.read],
  ['setltime', contextInfo.readSetltime],
  ['setctime', contextInfo.readSetctime],
  ['event', events.readEvent],
  ['tevent', events.readTevent],
  ['cevent', events.readCevent],
  ['reset', operations.readReset],
  ['getwpos', operations.readGetwpos],
  ['setwpos', operations.readSetwpos],
  ['assign', variables.readAssign],
  ['assignsq', variables.readAssignsq],
  ['free', variables.readFree],
  ['varset', variables.readVarset],
  ['eval', perl.readEval],
  ['call', perl.readCall],
  ['lcall', perl.readLcall],
  ['rewrite', inputs.readRewrite],
  ['addinput', inputs.readAddinput],
  ['dropinput', inputs.readDropinput],
  ['sigemul', inputs.readSigemul],
  ['if', flow.readIf],
  ['while', flow.readWhile],
  ['break', flow.readBreak],
  ['continue', flow.readContinue],
]);

/** Reads the value of an `action` keyword. */
export function readActionList(list: ByteString, language: Language): ActionListReading {
  const fault = `Invalid action list ' ${list} '`;
  const summary: Fault = { fault, isSummary: true };
  const texts = splitActions(list);
  if (texts === undefined) return { faults: [unbalanced(list), summary] };
  const reading = readActions(texts, language);
  if ('actions' in reading) return reading;
  if ('listHint' in reading) return { faults: [{ fault, hint: reading.listHint }] };
  return { faults: [...reading.faults, summary] };
}

/** A list, or why it is none: where SEC does not say why, only how it should be. */
function readActions(texts: readonly ByteString[], language: Language): NestedListReading {
  const actions: Action[] = [];
  for (let index = 0; index < texts.length; index++) {
    let text = trimBlanks(texts[index] ?? '');
    if (language.extensions.submitAction && /^submit(?![\t\n\v\f\r ]*\(|\w)/i.test(text)) {
      // Its fields are separated by semicolons too: the next three belong to it.
      text = trimBlanks(texts.slice(index, index + 4).join(';'));
      index += 3;
    }
    const reading = readAction(text, language, actions.length === 0);
    if ('action' in reading) actions.push(reading.action);
    else if ('listHint' in reading) return reading;
    else return { faults: faultsOf(reading, text) };
  }
  return { actions };
}

/** @param isFirst no semicolon stands before it */
function readAction(text: ByteString, language: Language, isFirst: boolean): ActionReading {
  const [word, parameter] = splitFirstWord(text);
  const name = word.toLowerCase();
  const extended = name === 'submit' && language.extensions.submitAction;
  const reader = extended ? readSubmit : readers.get(name);
  const readNested = (list: ByteString) => {
    const trimmed = trimBlanks(list);
    const texts = splitActions(trimmed);
    return texts === undefined ? { faults: [unbalanced(trimmed)] } : readActions(texts, language);
  };
  if (reader === undefined) return { faults: [unknownAction(word, text, language, isFirst)] };
  const reading = reader(parameter, { language, readNested });
  if (!('action' in reading) || reading.action.kind.name === 'submit') return reading;
  const { kind, parameters } = reading.action;
  const checked = checkNamedParameters(name, parameters);
  return 'fault' in checked ? checked : { action: { kind, parameters: checked } };
}

function unknownAction(
  name: ByteString,
  text: ByteString,
  { extensions }: Language,
  isFirst: boolean,
): Fault {
  const known = [...readers.keys(), ...(extensions.submitAction ? ['submit'] : [])];
  const masking = "; a text that holds ';' stands in parentheses: write FILE (TEXT; TEXT)";
  const hint = `no action has this name${isFirst ? '' : masking}`;
  return { fault: `Invalid action '${text}'`, hint, unknown: { name, known } };
}

function unbalanced(list: ByteString): Fault {
  const fault = `Unbalanced parentheses found in action list '${list}'`;
  return { fault, hint: 'write \\( and \\) for single ones' };
}

function faultsOf(
  reading: Exclude<ActionReading, { action: Action } | { listHint: ByteString }>,
  text: ByteString,
): readonly Fault[] {
  const invalid = `Invalid action '${text}'`;
  if ('fault' in reading) return [reading];
  if ('hint' in reading) return [{ fault: invalid, hint: reading.hint }];
  return reading.faults;
}
