import type { ProgramDescription } from '../../platform/command-line.ts';
import {
  type RecordedCommand,
  type RecordedOption,
  recordedCommands,
  recordedCommonOptions,
} from './recorded-commands.ts';
import {
  bold,
  heading,
  item,
  page,
  paragraph,
  roffInline,
  roffText,
  subheading,
  title,
} from './roff.ts';

/** What a program's page says beyond its commands, in Markdown. */
export interface ProgramNotes {
  readonly oneLine: string;
  readonly description: readonly string[];
  readonly signals: readonly (readonly [string, string])[];
  readonly exitCodes: readonly (readonly [string, string])[];
  readonly environment: readonly (readonly [string, string])[];
  readonly files: readonly (readonly [string, string])[];
  readonly seeAlso: string;
  /** Options of commands that do not declare them to yargs. */
  readonly moreOptions: Readonly<Record<string, readonly RecordedOption[]>>;
}

/** The manual page (8) of a program. */
export function programPage(program: ProgramDescription, notes: ProgramNotes): string {
  const { name } = program;
  const table = (title: string, rows: readonly (readonly [string, string])[]) =>
    heading(title) + rows.map(([term, about]) => item(bold(term), about)).join('');
  return page([
    title(name, 8),
    heading('Name'),
    `${roffText(name)} \\- ${roffInline(notes.oneLine)}\n`,
    heading('Synopsis'),
    `.B ${roffText(name)}\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n`,
    heading('Description'),
    ...notes.description.map(paragraph),
    heading('Commands'),
    ...recordedCommands(program).map((command) => commandPart(name, command, notes)),
    heading('Options of all commands'),
    ...recordedCommonOptions(program).map(optionItem),
    item(`${bold('--version')}, ${bold('-V')}`, 'Prints the version.'),
    item(`${bold('--help')}, ${bold('-h')}`, 'Prints what there is, also for one command.'),
    table('Signals', notes.signals),
    table('Exit status', notes.exitCodes),
    table('Environment', notes.environment),
    table('Files', notes.files),
    heading('See also'),
    `${roffInline(notes.seeAlso)}\n`,
  ]);
}

function commandPart(program: string, command: RecordedCommand, notes: ProgramNotes): string {
  const { words, usage, about, positionals } = command;
  const options = [...command.options, ...(notes.moreOptions[words] ?? [])];
  const named = positionals.map(({ name, about: text }) => item(`\\fI${roffText(name)}\\fR`, text));
  return [
    subheading(`${program} ${words}${usage === '' ? '' : ` ${usage}`}`),
    paragraph(sentence(about)),
    ...named,
    ...options.map(optionItem),
  ].join('');
}

function optionItem({ name, aliases, value, about, otherwise }: RecordedOption): string {
  const dashed = (one: string) =>
    one.startsWith('-') ? one : `${one.length === 1 ? '-' : '--'}${one}`;
  const names = [name, ...aliases].map((one) => bold(dashed(one))).join(', ');
  const term = value === undefined ? names : `${names} \\fI${roffText(value)}\\fR`;
  const end = otherwise === undefined ? '' : ` (default \`${otherwise}\`)`;
  return item(term, `${sentence(about).replace(/\.$/, '')}${end}.`);
}

/** With a capital, unless it begins with the name of a file, and a full stop. */
function sentence(text: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  if (/^\S+\.\S/.test(whole)) return whole;
  return `${whole.slice(0, 1).toUpperCase()}${whole.slice(1)}`;
}
