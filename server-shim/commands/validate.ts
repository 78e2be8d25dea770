import { statSync } from 'node:fs';
import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { ConfigError } from '../../platform/errors.ts';
import { ExitCode } from '../../platform/exit-code.ts';
import { printable } from '../../platform/log.ts';
import { printFindings } from '../../platform/print-findings.ts';
import { hasErrors, type Place, type Problem } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { findCommandFile } from '../config/find-command-file.ts';
import { readShimConfig } from '../config/shim-config.ts';
import { shimSectionKinds } from '../config/shim-section-kinds.ts';
import type { SinkConfig } from '../config/sink-config.ts';

/** `nagtail-shim validate`: finds everything that is wrong before it runs. */
export function addValidateCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'validate',
    'check the configuration',
    (command) =>
      command
        .option('json', { type: 'boolean', default: false, describe: 'one JSON object a problem' })
        .option('quiet', {
          type: 'boolean',
          default: false,
          describe: 'say nothing when all is well',
        }),
    ({ config, json, quiet }) => {
      const { problems, found } = checkConfig(config);
      for (const line of json || quiet ? [] : found) process.stdout.write(`${printable(line)}\n`);
      printFindings(problems, config, { json, quiet });
      process.exitCode = hasErrors(problems) ? ExitCode.failed : ExitCode.ok;
    },
  );
}

interface Findings {
  readonly problems: readonly Problem[];
  /** What was found out without having been configured. */
  readonly found: readonly string[];
}

function checkConfig(file: string): Findings {
  try {
    const { config, problems } = readShimConfig(readConfigFile(file, shimSectionKinds));
    if (config === undefined) return { problems, found: [] };
    return {
      problems: [...problems, ...config.sinks.flatMap(sinkProblems)],
      found: config.sinks.flatMap(foundPath),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, found: [] };
    throw error;
  }
}

function foundPath({ options, foundBy }: SinkConfig): string[] {
  if (options.type !== 'command-file' || foundBy === undefined) return [];
  return [`sink ${options.name}: ${options.path} (${foundBy})`];
}

/** What would hinder a sink. Nagios makes its command file when it starts: a missing one is a warning. */
function sinkProblems({ place, options }: SinkConfig): Problem[] {
  if (options.type === 'check-result-spool') return folderProblems(options.path, place);
  if (options.type !== 'command-file') return [];
  const spool = options.spool === undefined ? [] : folderProblems(options.spool.path, place);
  const status = statSync(options.path, { throwIfNoEntry: false });
  if (options.create || status?.isFIFO()) return spool;
  const message =
    status === undefined
      ? `no such file: ${options.path}; results wait until Nagios makes it${elsewhere(options.path)}`
      : `${options.path} is no FIFO: is Nagios' command_file meant? For a regular file write create = yes`;
  return [{ place, severity: status === undefined ? 'warning' : 'error', message }, ...spool];
}

/** Where the command file seems to be, when that is not where the configuration says. */
function elsewhere(path: string): string {
  const found = findCommandFile();
  return found === undefined || found.path === path
    ? ''
    : ` (Nagios' own seems to be ${found.path}: ${found.from})`;
}

function folderProblems(folder: string, place: Place): Problem[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const message = `no such folder: ${folder}; it must be check_result_path of nagios.cfg`;
  return [{ place, severity: 'error', message }];
}
