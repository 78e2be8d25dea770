import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Argv } from 'yargs';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, byteStringFrom, bytesOf } from '../../protocol/byte-string.ts';
import { agentKeys } from '../config/agent-keys.ts';
import { findPerl } from '../perl/find-perl.ts';
import { PerlCoprocess } from '../perl/perl-coprocess.ts';
import { agentExtensions } from '../rules/agent-extensions.ts';
import { readSecArguments } from '../sec-program/read-sec-arguments.ts';
import { defaultSecOptions } from '../sec-program/sec-options.ts';
import { type CaseFile, readCaseFile } from '../simulate/case-file.ts';
import { readScenario } from '../simulate/scenario.ts';
import { Simulation } from '../simulate/simulation.ts';
import { jsonLine, Transcript, textLine } from '../simulate/transcript.ts';

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
        }),
    (options) => {
      const { scenario, conf = [], secOptions = [], json, debug, start, tz, tail } = options;
      const { prefilter } = options;
      const log = programLog('nagtail', options);
      simulate({ scenario, conf, secOptions, json, debug, start, tz, tail, prefilter }, log);
    },
  );
}

interface SimulateOptions {
  readonly scenario: string;
  readonly conf: readonly string[];
  readonly secOptions: readonly string[];
  readonly json: boolean;
  readonly debug: number;
  readonly start: number;
  readonly tz: string;
  readonly tail: boolean;
  readonly prefilter: boolean;
}

function simulate(options: SimulateOptions, log: Log): void {
  const text = readInput(options.scenario);
  if (options.conf.length > 0) {
    run(options, options.conf, { text, after: 0 }, log);
    return;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-simulate-'));
  const before = process.cwd();
  try {
    const parts = readCaseFile(text);
    const conf = writeCase(parts, folder);
    process.chdir(folder);
    const { own, sec } = caseOptions(parts.args);
    const secOptions = [...sec, ...options.secOptions];
    const scenario = { text: parts.scenario, after: parts.scenarioAfter };
    run({ ...options, ...own, secOptions }, conf, scenario, log);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  options: SimulateOptions,
  conf: readonly string[],
  { text, after }: { readonly text: ByteString; readonly after: number },
  log: Log,
): void {
  const scenario = readScenario(text);
  if ('message' in scenario) {
    const { line, message } = scenario;
    throw new NagtailError('SCENARIO_INVALID', `${options.scenario}:${after + line}: ${message}`);
  }
  process.env['TZ'] = options.tz;
  const base = {
    ...defaultSecOptions,
    conf,
    debug: options.debug,
    tail: options.tail,
    prefilter: options.prefilter,
  };
  const { options: sec, complaints } = readSecArguments(options.secOptions, base);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  const input = sec.input.length > 0 ? sec.input : [{ pattern: '-', context: undefined }];
  const transcript = new Transcript();
  const simulation = new Simulation({
    options: { ...sec, input },
    steps: scenario.steps,
    start: options.start,
    extensions: agentExtensions({
      hostName: agentKeys.host_name.otherwise ?? '',
      builtinCommands: agentKeys.builtin_commands.otherwise ?? [],
    }),
    perl: (onOutput, now) => startPerl(log, onOutput, now),
    transcript,
    log,
  });
  simulation.run();
  const form = options.json ? jsonLine : textLine;
  const lines = transcript.records.map((record) => `${form(record)}\n`);
  process.stdout.write(bytesOf(lines.join('')));
}

/** The host's perl on the clock of the simulation; undefined where there is none. */
function startPerl(log: Log, onOutput: (text: ByteString) => void, now: () => number) {
  const found = findPerl();
  if ('fault' in found) return undefined;
  return new PerlCoprocess({ path: found.path, log, onOutput, virtualTime: now });
}

function readInput(file: string): ByteString {
  try {
    return byteStringFrom(readFileSync(file));
  } catch (error) {
    throw new NagtailError('FILE_UNREADABLE', `cannot read ${file}: ${systemReason(error)}`);
  }
}

/** Puts the files of a case into a folder; the names of its rule files. */
function writeCase(parts: CaseFile, folder: string): string[] {
  writeFileSync(path.join(folder, 'rules.sec'), bytesOf(parts.rules));
  for (const [name, content] of parts.files) {
    writeFileSync(path.join(folder, path.basename(name)), bytesOf(content));
  }
  const others = [...parts.files.keys()].filter((name) => /\.(sec|conf)$/.test(name));
  return ['rules.sec', ...others.sort()];
}

/** The options of a case that are for the simulation, and those that are SEC's. */
function caseOptions(args: readonly string[]): {
  own: Partial<SimulateOptions>;
  sec: readonly string[];
} {
  const value = (name: string) =>
    args.findLast((word) => word.startsWith(`--oracle-${name}=`))?.slice(name.length + 10);
  const [tz, start, debug] = [value('tz'), value('start'), value('debug')];
  return {
    own: {
      ...(tz === undefined ? {} : { tz }),
      ...(start === undefined ? {} : { start: Number(start) }),
      ...(debug === undefined ? {} : { debug: Number(debug) }),
      ...(args.includes('--oracle-tail') ? { tail: true } : {}),
    },
    sec: args.filter((word) => !word.startsWith('--oracle-')),
  };
}
