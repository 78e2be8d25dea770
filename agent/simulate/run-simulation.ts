import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, byteStringFrom, bytesOf } from '../../protocol/byte-string.ts';
import { agentKeys } from '../config/agent-keys.ts';
import { findPerl } from '../perl/find-perl.ts';
import { PerlCoprocess, type PerlOptions } from '../perl/perl-coprocess.ts';
import { agentExtensions } from '../rules/agent-extensions.ts';
import { readSecArguments } from '../sec-program/read-sec-arguments.ts';
import { defaultSecOptions } from '../sec-program/sec-options.ts';
import { type CaseFile, readCaseFile } from './case-file.ts';
import { readScenario } from './scenario.ts';
import { Simulation, type SimulationParts } from './simulation.ts';
import { Transcript } from './transcript.ts';

/** What is simulated, and how. */
export interface SimulationOptions {
  /** The file of a scenario, or of a case that holds rules and scenario. */
  readonly scenario: string;
  /** Rule files, instead of those of a case. */
  readonly conf: readonly string[];
  readonly secOptions: readonly string[];
  /** Log lines of levels 1 to this one are shown. */
  readonly debug: number;
  /** Unix time in seconds. */
  readonly start: number;
  readonly tz: string;
  /** Follow files, as SEC does by itself. */
  readonly tail: boolean;
  /** Try rules only on lines that they can match. */
  readonly prefilter: boolean;
}

/** What a simulation needs of the world. */
export interface SimulationWorld {
  readonly log: Log;
  /** See SimulationParts. */
  readonly onIdle?: SimulationParts['onIdle'];
}

/**
 * Runs rules on a scenario under a virtual clock; gives what happened. The working directory
 * and the time zone of the whole process are those of the case meanwhile.
 * @throws NagtailError FILE_UNREADABLE or SCENARIO_INVALID
 */
export function runSimulation(options: SimulationOptions, world: SimulationWorld): Transcript {
  const text = readInput(options.scenario);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-simulate-'));
  const before = process.cwd();
  try {
    if (options.conf.length > 0) return run(options, { text, after: 0 }, folder, world);
    const parts = readCaseFile(text);
    const conf = writeCase(parts, folder);
    process.chdir(folder);
    const { own, sec } = caseOptions(parts.args);
    const secOptions = [...sec, ...options.secOptions];
    const scenario = { text: parts.scenario, after: parts.scenarioAfter };
    return run({ ...options, ...own, conf, secOptions }, scenario, folder, world);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param folder is gone after the simulation */
function run(
  options: SimulationOptions,
  { text, after }: { readonly text: ByteString; readonly after: number },
  folder: string,
  { log, onIdle }: SimulationWorld,
): Transcript {
  const scenario = readScenario(text);
  if ('message' in scenario) {
    const { line, message } = scenario;
    throw new NagtailError('SCENARIO_INVALID', `${options.scenario}:${after + line}: ${message}`);
  }
  process.env['TZ'] = options.tz;
  const { conf, debug, tail, prefilter } = options;
  const dumpFile = path.join(folder, 'sec.dump');
  const base = { ...defaultSecOptions, conf, debug, tail, prefilter, dumpFile };
  const { options: sec, complaints } = readSecArguments(options.secOptions, base);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  const input = sec.input.length > 0 ? sec.input : [{ pattern: '-', context: undefined }];
  const transcript = new Transcript(folder);
  const errorFile = path.join(folder, '.errors');
  const standardError = openSync(errorFile, 'w');
  try {
    const simulation = new Simulation({
      options: { ...sec, input },
      secWords: options.secOptions,
      environment: process.env,
      steps: scenario.steps,
      start: options.start,
      extensions: agentExtensions({
        hostName: agentKeys.host_name.otherwise ?? '',
        builtinCommands: agentKeys.builtin_commands.otherwise ?? [],
      }),
      standardError,
      perl: (onOutput, virtualTime) => startPerl({ log, onOutput, virtualTime, standardError }),
      transcript,
      onIdle,
    });
    simulation.run();
    transcript.addErrors(byteStringFrom(readFileSync(errorFile)));
  } finally {
    closeSync(standardError);
  }
  return transcript;
}

/** The host's perl on the clock of the simulation; undefined where there is none. */
function startPerl(options: Omit<PerlOptions, 'path'>): PerlCoprocess | undefined {
  const found = findPerl();
  return 'fault' in found ? undefined : new PerlCoprocess({ ...options, path: found.path });
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
  own: Partial<SimulationOptions>;
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
