import os from 'node:os';
import type { Argv } from 'yargs';
import {
  type CommonOptions,
  type ProgramDescription,
  withCommonOptions,
} from '../../platform/command-line.ts';

/** An option or a positional argument, as a command declares it to yargs. */
export interface RecordedOption {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly about: string;
  /** What its value is called; undefined for a switch. */
  readonly value: string | undefined;
  /** What holds without it, when that is worth telling. */
  readonly otherwise: string | undefined;
}

/** A command, as it declares itself to yargs. */
export interface RecordedCommand {
  /** `check self`, without arguments. */
  readonly words: string;
  /** `<name>`, `[rules..]`. */
  readonly usage: string;
  readonly about: string;
  readonly positionals: readonly RecordedOption[];
  readonly options: readonly RecordedOption[];
}

/** What a declaration says, as far as a manual is interested in it. */
interface Declaration {
  readonly alias?: string | readonly string[];
  readonly type?: string;
  readonly choices?: readonly unknown[];
  readonly default?: unknown;
  readonly describe?: string;
}

/** All commands of a program that do something, from the declarations that `--help` is made of. */
export function recordedCommands(program: ProgramDescription): readonly RecordedCommand[] {
  const recorder = new Recorder('');
  for (const add of program.commands) add(recorder.argv);
  return recorder.commands;
}

/** The options that all commands have. */
export function recordedCommonOptions(program: ProgramDescription): readonly RecordedOption[] {
  const recorder = new Recorder('');
  withCommonOptions(recorder.argv, program.defaultConfig);
  return recorder.options;
}

/** Stands where yargs would be, and notes what is declared. */
class Recorder {
  readonly commands: RecordedCommand[] = [];
  readonly options: RecordedOption[] = [];
  readonly positionals: RecordedOption[] = [];
  readonly #words: string;

  constructor(words: string) {
    this.#words = words;
  }

  /** Any method of it gives itself; three of them are noted. */
  get argv(): Argv<CommonOptions> {
    const noted: Readonly<Record<string, (...args: never[]) => void>> = {
      command: (...args: CommandArguments) => this.#command(...args),
      option: (name: string, one: Declaration) => this.options.push(optionOf(name, one)),
      positional: (name: string, one: Declaration) => this.positionals.push(optionOf(name, one)),
    };
    const proxy: unknown = new Proxy(
      {},
      {
        get: (_, method) => {
          return (...args: never[]) => {
            noted[String(method)]?.(...args);
            return proxy;
          };
        },
      },
    );
    // Commands declare themselves with its methods and do nothing else with it.
    return proxy as Argv<CommonOptions>;
  }

  #command(usage: string, about: string, build: (argv: Argv<CommonOptions>) => unknown): void {
    const [word = '', ...rest] = usage.split(' ');
    const words = `${this.#words} ${word}`.trim();
    const inner = new Recorder(words);
    build(inner.argv);
    if (inner.commands.length > 0) {
      this.commands.push(...inner.commands);
      return;
    }
    const { options, positionals } = inner;
    this.commands.push({ words, usage: rest.join(' '), about, options, positionals });
  }
}

type CommandArguments = [string, string, (argv: Argv<CommonOptions>) => unknown];

function optionOf(name: string, declaration: Declaration): RecordedOption {
  const { alias = [], type, choices, describe = '' } = declaration;
  const isSwitch = type === 'boolean';
  const value = choices?.join('|') ?? (type === 'number' ? 'NUMBER' : wordFor(name));
  return {
    name,
    aliases: [alias].flat(),
    about: describe,
    value: isSwitch ? undefined : value,
    otherwise: isSwitch ? undefined : otherwiseOf(declaration.default),
  };
}

function wordFor(name: string): string {
  const words: Readonly<Record<string, string>> = {
    host: 'HOST',
    url: 'URL',
    name: 'NAME',
    tz: 'ZONE',
  };
  return words[name] ?? (/dir$|folder/.test(name) ? 'DIR' : 'FILE');
}

function otherwiseOf(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  // Pages are the same wherever they are made.
  return value === os.hostname() ? "this machine's name" : String(value);
}
