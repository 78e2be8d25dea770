import type { Argv } from 'yargs';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import { runSimulation } from '../simulate/run-simulation.ts';
import { jsonLines, textLines } from '../simulate/transcript.ts';

/** Tue Nov 14 22:13:20 2023 UTC. */
const startDefault = 1_700_000_000;

/** `nagtail simulate`: rules on a scenario, under a virtual clock. */
export function addSimulateCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'simulate <scenario> [sec-options..]',
    'run rules on a scenario under a virtual clock and print what happens',
    (command) =>
      command
        .positional('scenario', {
          type: 'string',
          demandOption: true,
          describe: 'a scenario, or a case that holds rules and scenario',
        })
        .positional('sec-options', {
          type: 'string',
          array: true,
          describe: "SEC's options, after --",
        })
        .option('conf', {
          type: 'string',
          requiresArg: true,
          // Given once it is a string, given again a list; `array` would also swallow the scenario.
          coerce: (given: string | readonly string[]) => [given].flat(),
          describe: 'rule file, instead of those of a case; may be given again',
        })
        .option('json', { type: 'boolean', default: false, describe: 'one JSON object a line' })
        .option('debug', {
          type: 'number',
          default: 4,
          describe: 'log lines of levels 1 to this one',
        })
        .option('start', {
          type: 'number',
          default: startDefault,
          describe: 'Unix time of the start',
        })
        .option('tz', { type: 'string', default: 'UTC', describe: 'time zone' })
        .option('prefilter', {
          type: 'boolean',
          default: true,
          describe:
            'try rules only on lines that they can match; --no-prefilter gives the same results',
        })
        .option('tail', {
          type: 'boolean',
          default: false,
          describe: 'follow files, as SEC does by itself',
        })
        .option('notail', {
          type: 'boolean',
          default: false,
          describe: 'read files to their end, which is what happens without --tail',
        }),
    (options) => {
      const { scenario, conf = [], json, debug, start, tz } = options;
      // What stands behind `--`; yargs takes it for no positional argument.
      const secOptions = [...(options.secOptions ?? []), ...options._.slice(1).map(String)];
      const { prefilter } = options;
      const tail = options.tail && !options.notail;
      const log = programLog('nagtail', options);
      const simulation = { scenario, conf, secOptions, debug, start, tz, tail, prefilter };
      const transcript = runSimulation(simulation, { log });
      const lines = json ? jsonLines(transcript) : textLines(transcript);
      process.stdout.write(bytesOf(lines.map((line) => `${line}\n`).join('')));
    },
  );
}
