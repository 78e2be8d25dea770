import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Command } from '../engine/host.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { expandCommand } from './commands.ts';
import { expand } from './expand.ts';
import { splitFirstWord, textOr, wordsOfCommand } from './parameter-text.ts';

/** Gives the stored events of a context to a command, or prints them. */
function reportTo(name: ByteString, command: Command | undefined, run: ActionRun): undefined {
  const { host, children } = run.runtime;
  const context = run.runtime.contexts.peek(name);
  if (context === undefined) {
    host.log(3, `Context '${name}' does not exist, can't report`);
    return;
  }
  if (context.events.size === 0) return;
  const input = context.events.all.map(({ text }) => `${text}\n`).join('');
  if (command === undefined) {
    host.print(input);
    return;
  }
  const text = command.kind === 'line' ? command.text : command.words.join(' ');
  host.startProcess({
    command,
    input,
    number: children.add({ command: text }),
    output: 'inherited',
  });
}

const report: ActionKind = {
  name: 'report',
  run([name, command], run) {
    const text = command === undefined ? '' : expandCommand(command, run);
    return reportTo(
      expand(name, run),
      command === undefined ? undefined : { kind: 'line', text },
      run,
    );
  },
};

const reportexec: ActionKind = {
  name: 'reportexec',
  run([name, ...words], run) {
    const command: Command = { kind: 'words', words: words.map((word) => expand(word, run)) };
    return reportTo(expand(name, run), words.length === 0 ? undefined : command, run);
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
  const words = command === undefined ? [] : wordsOfCommand(textOr(command, ''));
  return { action: { kind: reportexec, parameters: [name, ...words] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [report, reportexec];
