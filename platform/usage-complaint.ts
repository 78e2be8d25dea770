import { suggestion } from './nearest-name.ts';

/** What is needed to say what is wrong with a command line. */
export interface CommandLineNames {
  readonly words: readonly string[];
  /** The program's commands. */
  readonly commands: readonly string[];
  /** Options that the command knows, without dashes. */
  readonly options: readonly string[];
}

/** yargs' complaint in one line, with what may have been meant. */
export function usageComplaint(message: string, names: CommandLineNames): string {
  const [, unknown] = /^Unknown arguments?: (.*)$/s.exec(message) ?? [];
  if (unknown !== undefined) {
    const told = unknown.split(', ').map((word) => unknownWord(word, names));
    return told.join('; ');
  }
  const [, option] = /^Not enough arguments following: (.*)$/s.exec(message) ?? [];
  if (option !== undefined) return `${dashed(option)} wants a value`;
  if (message.startsWith('Not enough non-option arguments')) return 'an argument is missing';
  return message.replace(/\s*\n\s*/g, ' ');
}

function unknownWord(word: string, { words, commands, options }: CommandLineNames): string {
  if (word === words[0]) return `unknown command '${word}'${suggestion(word, commands)}`;
  if (words.includes(word)) return `unexpected argument '${word}'`;
  // One letter is near to every other.
  const known = options.filter((option) => option.length > 1 && word.length > 1);
  return `unknown option ${dashed(word)}${suggestion(dashed(word), known.map(dashed))}`;
}

function dashed(option: string): string {
  return option.length === 1 ? `-${option}` : `--${option}`;
}
