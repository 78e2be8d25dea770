import { splitFirstWord, wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { internalEventContext } from '../engine/event-queue.ts';
import type { Command } from '../engine/host.ts';
import { substituteActionVariables } from '../substitute/action-variables.ts';
import type { ActionKind, ActionParameter, ActionReader, ActionRun } from './action.ts';
import { readBuiltInCommand } from './built-in-command.ts';
import { expand, scopeOf } from './expand.ts';
import { textOr } from './parameter-text.ts';
import { readPipedResult } from './piped-result.ts';

/** The text of a shell command; with --quoting the description stands in apostrophes. */
export function expandCommand(parameter: ActionParameter | undefined, run: ActionRun): ByteString {
  if (typeof parameter !== 'string') return '';
  const { options } = run.runtime;
  const quote = options.quoting ? shellQuote : undefined;
  return substituteActionVariables(parameter, scopeOf(run), quote);
}

/** A text in apostrophes, as one word of a shell command. */
export function shellQuote(text: ByteString): ByteString {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Starts a process whose output lines become events, or go where ours go. */
function start(
  command: Command,
  run: ActionRun,
  options: { readonly input?: ByteString; readonly eventContext?: ByteString } = {},
): undefined {
  const { children, host } = run.runtime;
  const { input, eventContext } = options;
  const child = {
    command: commandText(command),
    ...(eventContext === undefined ? {} : { eventContext }),
  };
  host.startProcess({
    command,
    number: children.add(child),
    output: eventContext === undefined ? 'inherited' : 'events',
    ...(input === undefined ? {} : { input }),
  });
}

/** Starts a process and tells so. */
function execute(command: Command, run: ActionRun): undefined {
  run.runtime.host.log(5, `Executing ${commandName(command)}`);
  return start(command, run);
}

/** Starts a process whose output lines become events, with a context of their own if one is given. */
function spawn(command: Command, run: ActionRun, context?: ByteString): undefined {
  const within = context === undefined ? '' : ` with context '${context}'`;
  run.runtime.host.log(5, `Spawning ${commandName(command)}${within}`);
  return start(command, run, { eventContext: context ?? internalEventContext });
}

/** Gives a text to a process; prints it when there is no command. */
function feed(event: ByteString, command: Command, run: ActionRun): undefined {
  const { host } = run.runtime;
  host.log(5, `Feeding event '${event}' to ${commandName(command)}`);
  const input = `${event}\n`;
  if (isNoCommand(command)) host.print(input);
  else start(command, run, { input });
}

/** A command as one text. */
export function commandText(command: Command): ByteString {
  return command.kind === 'line' ? command.text : command.words.join(' ');
}

/** What messages call a command. */
export function commandName(command: Command): ByteString {
  return `${command.kind === 'line' ? 'shell ' : ''}command '${commandText(command)}'`;
}

/** True when there is nothing to give a text to: then it is printed. */
export function isNoCommand(command: Command): boolean {
  return command.kind === 'line' ? command.text === '' : command.words.length === 0;
}

function expandWords(words: readonly ActionParameter[], run: ActionRun): Command {
  return { kind: 'words', words: words.map((word) => expand(word, run)) };
}

function expandLine(parameter: ActionParameter | undefined, run: ActionRun): Command {
  return { kind: 'line', text: expandCommand(parameter, run) };
}

const shellcmd: ActionKind = {
  name: 'shellcmd',
  run: ([command], run) => execute(expandLine(command, run), run),
};

const cmdexec: ActionKind = {
  name: 'cmdexec',
  run: (words, run) => execute(expandWords(words, run), run),
};

const spawnLine: ActionKind = {
  name: 'spawn',
  run: ([command], run) => spawn(expandLine(command, run), run),
};

const spawnWords: ActionKind = {
  name: 'spawnexec',
  run: (words, run) => spawn(expandWords(words, run), run),
};

const cspawn: ActionKind = {
  name: 'cspawn',
  run: ([context, command], run) => spawn(expandLine(command, run), run, expand(context, run)),
};

const cspawnexec: ActionKind = {
  name: 'cspawnexec',
  run: ([context, ...words], run) => spawn(expandWords(words, run), run, expand(context, run)),
};

const pipe: ActionKind = {
  name: 'pipe',
  run: ([text, command], run) => feed(expand(text, run), expandLine(command, run), run),
};

const pipeexec: ActionKind = {
  name: 'pipeexec',
  run: ([text, ...words], run) => feed(expand(text, run), expandWords(words, run), run),
};

/** `shellcmd COMMAND`: starts a command line, or queues a result when the command is a built-in one. */
export const readShellcmd: ActionReader = (parameter, { language }) => {
  if (parameter === undefined) return { hint: 'expected: shellcmd COMMAND' };
  const command = textOr(parameter, '');
  const builtIn = readBuiltInCommand(command, language.extensions);
  return builtIn ?? { action: { kind: shellcmd, parameters: [command] } };
};

/** `cmdexec COMMAND`: starts a program with words; no shell sees them. */
export const readCmdexec: ActionReader = (parameter, { language }) => {
  if (parameter === undefined) return { hint: 'expected: cmdexec COMMAND' };
  const command = textOr(parameter, '');
  const builtIn = readBuiltInCommand(command, language.extensions);
  return builtIn ?? { action: { kind: cmdexec, parameters: wordsOf(command) } };
};

/** `spawn COMMAND`: the lines that the command prints become events. */
export const readSpawn: ActionReader = (parameter, { language }) => {
  if (parameter === undefined) return { hint: 'expected: spawn COMMAND' };
  const command = textOr(parameter, '');
  const builtIn = readBuiltInCommand(command, language.extensions);
  return builtIn ?? { action: { kind: spawnLine, parameters: [command] } };
};

/** `spawnexec COMMAND`: the same without a shell. */
export const readSpawnexec: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: spawnexec COMMAND' };
  const words = wordsOf(textOr(parameter, ''));
  return { action: { kind: spawnWords, parameters: words } };
};

/** `cspawn CONTEXT COMMAND`: as spawn, with a context of its own for the events. */
export const readCspawn: ActionReader = (parameter) => {
  const [context, command] = splitFirstWord(parameter ?? '');
  if (command === undefined) return { hint: 'expected: cspawn CONTEXT COMMAND' };
  return { action: { kind: cspawn, parameters: [context, textOr(command, '')] } };
};

/** `cspawnexec CONTEXT COMMAND`: the same without a shell. */
export const readCspawnexec: ActionReader = (parameter) => {
  const [context, command] = splitFirstWord(parameter ?? '');
  if (command === undefined) return { hint: 'expected: cspawnexec CONTEXT COMMAND' };
  const words = wordsOf(textOr(command, ''));
  return { action: { kind: cspawnexec, parameters: [context, ...words] } };
};

/** `pipe 'TEXT' [COMMAND]`: gives the text to a command, or prints it. */
export const readPipe: ActionReader = (parameter, { language }) => {
  const parts = quotedText(parameter);
  if (parts === undefined) return { hint: "expected: pipe 'TEXT' [COMMAND]" };
  const [text, command] = parts;
  if (command === undefined) return { action: { kind: pipe, parameters: [text] } };
  const builtIn = readPipedResult(text, command, language.extensions);
  return builtIn ?? { action: { kind: pipe, parameters: [text, command] } };
};

/** `pipeexec 'TEXT' [COMMAND]`: the same without a shell. */
export const readPipeexec: ActionReader = (parameter, { language }) => {
  const parts = quotedText(parameter);
  if (parts === undefined) return { hint: "expected: pipeexec 'TEXT' [COMMAND]" };
  const [text, command] = parts;
  const builtIn = command && readPipedResult(text, command, language.extensions);
  if (builtIn) return builtIn;
  const words = command === undefined ? [] : wordsOf(command);
  return { action: { kind: pipeexec, parameters: [text, ...words] } };
};

/** A text in apostrophes (by default the description), and the command behind it. */
function quotedText(
  parameter: ByteString | undefined,
): [ByteString, ByteString | undefined] | undefined {
  const parts = /^'([^']*)'(?:[\t\n\v\f\r ]+([\s\S]*))?$/.exec(parameter ?? '');
  if (parts === null) return undefined;
  const command = textOr(parts[2], '');
  return [textOr(parts[1], '%s'), command === '' ? undefined : command];
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [
  ...[shellcmd, cmdexec, spawnLine, spawnWords, cspawn, cspawnexec],
  ...[pipe, pipeexec],
];
