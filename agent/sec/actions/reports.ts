import { splitFirstWord, wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Command } from '../engine/host.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { commandName, commandText, expandCommand, isNoCommand } from './commands.ts';
import { existing } from './contexts.ts';
import { expand } from './expand.ts';
import { textOr } from './parameter-text.ts';

/** Gives the stored events of a context to a command, or prints them. */
function reportTo(name: ByteString, command: Command, run: ActionRun): undefined {
  const { host, children } = run.runtime;
  const through = `through ${commandName(command)}`;
  host.log(5, `Reporting the event store of context '${name}' ${through}`);
  const context = existing(name, "can't report", run);
  if (context === undefined) return;
  if (context.events.size === 0) {
    host.detail?.(`Event store of context '${name}' is empty, nothing to report`);
    return;
  }
  const input = context.events.all.map(({ text }) => `${text}\n`).join('');
  if (isNoCommand(command)) {
    host.print(input);
    return;
  }
  host.startProcess({
    command,
    input,
    number: children.add({ command: commandText(command) }),
    output: 'inherited',
  });
}

const report: ActionKind = {
  name: 'report',
  run([name, command], run) {
    const text = expandCommand(command, run);
    return reportTo(expand(name, run), { kind: 'line', text }, run);
  },
};

const reportexec: ActionKind = {
  name: 'reportexec',
  run([name, ...words], run) {
    const command: Command = { kind: 'words', words: words.map((word) => expand(word, run)) };
    return reportTo(expand(name, run), command, run);
  },
};

/** `report NAME [COMMAND]` */
export const readReport: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: report NAME [COMMAND]' };
  const [name, command] = splitFirstWord(parameter);
  const parameters = command === undefined ? [name] : [name, textOr(command, '')];
  return { action: { kind: report, parameters } };
};

/** `reportexec NAME [COMMAND]`: the same without a shell. */
export const readReportexec: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: reportexec NAME [COMMAND]' };
  const [name, command] = splitFirstWord(parameter);
  const words = command === undefined ? [] : wordsOf(textOr(command, ''));
  return { action: { kind: reportexec, parameters: [name, ...words] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [report, reportexec];
