import yargs, { type Argv } from 'yargs';
import { ConfigError, messageOf, NagtailError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { type LogLevel, logLevelDefault, logLevels, printable } from './log.ts';
import { formatProblem } from './problem.ts';
import { usageComplaint } from './usage-complaint.ts';
import { version } from './version.ts';
import { type LeveledLog, type LogFormat, winstonLog } from './winston-log.ts';

/** Options that every command has, as they are declared. */
export interface CommonOptions {
  readonly config: string;
  readonly 'log-format': LogFormat;
  readonly 'log-level': LogLevel | undefined;
}

/** The options of a program's log, as a command gets them. */
export interface LogOptions {
  readonly logFormat: LogFormat;
  /** Undefined where it was not asked for. */
  readonly logLevel: LogLevel | undefined;
}

/** Adds one command to a parser. */
export type AddCommand = (parser: Argv<CommonOptions>) => void;

export interface ProgramDescription {
  readonly name: string;
  readonly summary: string;
  readonly defaultConfig: string;
  /** The first words of all its commands, also of those that were not loaded. */
  readonly commandNames: readonly string[];
  readonly commands: readonly AddCommand[];
}

/**
 * Parses the command line and runs the command. Help goes to standard output,
 * complaints to standard error with exit code 2.
 */
export async function runProgram(program: ProgramDescription, args: string[]): Promise<void> {
  const named = yargs(args).scriptName(program.name).usage(`$0 COMMAND\n\n${program.summary}`);
  const parser = withCommonOptions(named, program.defaultConfig)
    .version(version)
    .alias('version', 'V')
    .alias('help', 'h')
    .demandCommand(1, 'Which command?')
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs raises some complaints about the command line, and passes on what a command throws.
      if (error !== undefined && error.name !== 'YError') throw error;
      const options = parser.parsed === false ? [] : Object.keys(parser.parsed.aliases);
      const names = { words: args, commands: program.commandNames, options };
      const complaint = usageComplaint(message ?? error?.message ?? '', names);
      const command = program.commandNames.find((name) => name === args[0]);
      const help = [program.name, ...(command === undefined ? [] : [command]), '--help'].join(' ');
      process.stderr.write(`${program.name}: ${complaint}\nTry '${help}'.\n`);
      throw new UsageComplaint();
    });
  for (const addCommand of program.commands) addCommand(parser);
  try {
    await parser.parseAsync();
  } catch (error) {
    process.exitCode = reportFailure(program.name, error, args);
  }
}

/** The options that every command has. */
export function withCommonOptions(parser: Argv, defaultConfig: string): Argv<CommonOptions> {
  return parser
    .option('config', {
      alias: 'c',
      type: 'string',
      requiresArg: true,
      default: defaultConfig,
      describe: 'configuration file',
    })
    .option('log-format', {
      requiresArg: true,
      choices: ['text', 'json'] as const,
      default: 'text' as const,
      describe: 'form of the messages on standard error',
    })
    .option('log-level', {
      requiresArg: true,
      choices: logLevels,
      describe: `least important messages to show; ${logLevelDefault} without it`,
    });
}

/** Thrown after a complaint about the command line was printed: nothing more to say. */
class UsageComplaint extends Error {}

function reportFailure(program: string, error: unknown, args: readonly string[]): number {
  // A plugin that was called wrongly does not know: 2 would be CRITICAL.
  if (error instanceof UsageComplaint) return args[0] === 'check' ? 3 : ExitCode.usage;
  if (error instanceof ConfigError) {
    for (const problem of error.problems)
      process.stderr.write(`${printable(formatProblem(problem))}\n`);
    return ExitCode.badConfig;
  }
  process.stderr.write(`${program}: ${messageOf(error)}\n`);
  const isNewer = error instanceof NagtailError && error.code === 'STATE_NEWER';
  return isNewer ? ExitCode.badConfig : ExitCode.failed;
}

/** The log of a program, as its command line wants it: on standard error. */
export function programLog(program: string, options: LogOptions): LeveledLog {
  return winstonLog({
    program,
    format: options.logFormat,
    level: options.logLevel ?? logLevelDefault,
    colour: process.stderr.isTTY === true && process.env['NO_COLOR'] === undefined,
    stream: process.stderr,
  });
}
