import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../language.ts';
import type { ActionReading } from './action.ts';
import { commandWords } from './command-words.ts';
import { submitAction } from './submit.ts';

/**
 * Understands a command line that reports a check result, so that no process
 * is needed for it. Two forms, under any path and with redirections at the end:
 * `submit_check_result HOST SERVICE CODE OUTPUT` (without SERVICE a host check), and
 * the options of send_nrdp: `--host=H --service=S --state=C --output=TEXT`.
 * Undefined when the command is another one.
 *
 * The words are told apart before variables are replaced: a value from a log
 * stays within its argument, whatever quotes or semicolons it holds.
 */
export function readBuiltInCommand(
  command: ByteString,
  extensions: LanguageExtensions,
): ActionReading | undefined {
  if (!isBuiltIn(command, extensions)) return undefined;
  const words = commandWords(command)?.slice(1);
  if (words === undefined) return undefined;
  const fields = words[0]?.startsWith('-') ? fromOptions(words) : fromArguments(words);
  return fields && submitAction(fields, extensions);
}

/** True when the program of a command line is one that is understood and not started. */
export function isBuiltIn(command: ByteString, extensions: LanguageExtensions): boolean {
  const program = /^[^\t\n\v\f\r '"`;|&<>]+/.exec(trimBlanks(command))?.[0] ?? '';
  return extensions.builtinCommands.has(baseName(program));
}

type Fields = readonly [ByteString, ByteString, ByteString, ByteString];

function fromArguments(words: readonly ByteString[]): Fields | undefined {
  const [first = '', second = '', third = '', ...output] = words;
  if (words.length === 3) return [first, '', second, third];
  // The classic script takes its fourth argument only; more are an output without quotes.
  return words.length > 3 ? [first, second, third, output.join(' ')] : undefined;
}

const optionFields: Readonly<Record<string, 'host' | 'service' | 'state' | 'output'>> = {
  '-H': 'host',
  '--host': 'host',
  '-s': 'service',
  '--service': 'service',
  '-S': 'state',
  '--state': 'state',
  '-o': 'output',
  '--output': 'output',
};

function fromOptions(words: readonly ByteString[]): Fields | undefined {
  const values = { host: '', service: '', state: '', output: '' };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? (words[++index] ?? '') : word.slice(equals + 1);
    const field = Object.hasOwn(optionFields, option) ? optionFields[option] : undefined;
    if (field !== undefined) values[field] = value;
  }
  if (values.state === '') return undefined;
  return [values.host, values.service, values.state, values.output];
}

function baseName(program: ByteString): ByteString {
  return program.slice(program.lastIndexOf('/') + 1);
}
