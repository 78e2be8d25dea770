import type { Argv } from 'yargs';
import type { CommonOptions } from './command-line.ts';
import { messageOf } from './errors.ts';
import { type HealthLimits, healthLimitsDefault } from './health-limits.ts';
import { askStatus } from './metrics/ask-status.ts';
import { type PluginResult, pluginResult } from './nagios-plugin.ts';

/** What a program knows of the answers of its running self. */
export interface HealthOf<Status> {
  /** `NAGTAIL`, before a plugin's state. */
  readonly title: string;
  /** The socket that a configuration names; undefined where that cannot be read. */
  socketOf(configFile: string): string | undefined;
  /** Whether an answer comes from this program. */
  isStatus(answer: unknown): answer is Status;
  describe(status: Status): string;
  check(status: Status, limits: HealthLimits): PluginResult;
}

const socketOption = {
  type: 'string',
  requiresArg: true,
  describe: 'the socket of the running program, instead of the one that the configuration names',
} as const;

/** `status`: how the running program is, for people or as JSON. */
export function addStatusCommand<Status>(
  parser: Argv<CommonOptions>,
  health: HealthOf<Status>,
): void {
  parser.command(
    'status',
    'show how the running program is',
    (command) =>
      command
        .option('json', { type: 'boolean', default: false, describe: 'all that there is, as JSON' })
        .option('socket', socketOption),
    async ({ config, socket, json }) => {
      const status = await ask(config, socket, health);
      const text = json ? JSON.stringify(status, undefined, 2) : health.describe(status);
      process.stdout.write(`${text.trimEnd()}\n`);
    },
  );
}

interface CheckOptions {
  readonly config: string;
  readonly socket?: string | undefined;
  readonly 'warning-age': number;
  readonly 'critical-age': number;
  readonly quiet: boolean;
}

/** `check self`: a Nagios plugin that judges the running program. */
export function addCheckCommand<Status>(
  parser: Argv<CommonOptions>,
  health: HealthOf<Status>,
): void {
  const { warningAge, criticalAge } = healthLimitsDefault;
  parser.command('check', 'Nagios plugins', (check) =>
    check
      .command(
        'self',
        'a Nagios plugin: is the running program well? Exit code 0, 1, 2 or 3',
        (command) =>
          command
            .option('socket', socketOption)
            .option('warning-age', {
              type: 'number',
              requiresArg: true,
              default: warningAge,
              describe: 'WARNING when a result waits for so many seconds',
            })
            .option('critical-age', {
              type: 'number',
              requiresArg: true,
              default: criticalAge,
              describe: 'CRITICAL when a result waits for so many seconds',
            })
            .option('quiet', { type: 'boolean', default: false, describe: 'print nothing' }),
        (options) => checkSelf(options, health),
      )
      .demandCommand(1, 'Which check? There is: self'),
  );
}

async function checkSelf<Status>(options: CheckOptions, health: HealthOf<Status>): Promise<void> {
  const { config, socket, quiet } = options;
  const limits = { warningAge: options['warning-age'], criticalAge: options['critical-age'] };
  const { code, output } = await result(config, socket, limits, health);
  if (!quiet) process.stdout.write(output);
  // A plugin's codes are other ones than a program's.
  process.exitCode = code;
}

async function result<Status>(
  config: string,
  socket: string | undefined,
  limits: HealthLimits,
  health: HealthOf<Status>,
): Promise<PluginResult> {
  const fault = (code: 2 | 3, text: string) => pluginResult(health.title, '', [{ code, text }], []);
  if (!(limits.warningAge >= 0) || !(limits.criticalAge >= limits.warningAge)) {
    return fault(3, 'expected --warning-age below --critical-age, in seconds');
  }
  let path: string;
  try {
    path = socket ?? knownSocket(config, health);
  } catch (error) {
    return fault(3, messageOf(error).replaceAll('\n', '; '));
  }
  let status: Status;
  try {
    status = await ask(config, path, health);
  } catch (error) {
    return fault(2, messageOf(error));
  }
  return health.check(status, limits);
}

async function ask<Status>(
  config: string,
  socket: string | undefined,
  health: HealthOf<Status>,
): Promise<Status> {
  const path = socket ?? knownSocket(config, health);
  const answer = await askStatus(path);
  if (health.isStatus(answer)) return answer;
  throw new Error(`${path} is the socket of another program`);
}

function knownSocket<Status>(config: string, health: HealthOf<Status>): string {
  const socket = health.socketOf(config);
  if (socket !== undefined) return socket;
  throw new Error(`${config} says nothing usable about state_dir or [metrics]; give --socket FILE`);
}
