import path from 'node:path';
import {
  type ReadContext,
  readSection,
  reportUnknownSections,
} from '../../platform/config-schema.ts';
import { ConfigError } from '../../platform/errors.ts';
import type { IniFile, IniSection } from '../../platform/ini-file.ts';
import { hasErrors, type Problem, ProblemList } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readSecret, type Secret } from '../../platform/secret.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import type { JournalLimits } from '../journal/disk-journal.ts';
import { nscaListenKeys, shimKeys } from './shim-keys.ts';
import { readSinks, type SinkConfig } from './sink-config.ts';

/** `[listen.nsca]`: the listener for NSCA clients. */
export interface NscaListenConfig {
  readonly address: string;
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Secret;
  readonly maxConnections: number;
  readonly idleTimeoutMs: number;
}

/** The shim's configuration, checked. */
export interface ShimConfig {
  readonly file: string;
  readonly stateDir: string;
  readonly journalLimits: JournalLimits;
  readonly nsca: NscaListenConfig;
  readonly sinks: readonly SinkConfig[];
}

/** A configuration when it can be used, and every problem that was found in it. */
export interface ShimConfigReading {
  readonly config: ShimConfig | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the shim's configuration.
 * @throws ConfigError with all problems when it cannot be used
 */
export function loadShimConfig(file: string): ShimConfig {
  const { config, problems } = readShimConfig(readConfigFile(file));
  if (config === undefined || hasErrors(problems)) throw new ConfigError(problems);
  return config;
}

/** Checks the sections of a configuration file and gives them their types. */
export function readShimConfig(ini: IniFile): ShimConfigReading {
  const problems = new ProblemList();
  problems.addAll(ini.problems);
  reportUnknownSections(ini, { shim: 'single', listen: 'named', sink: 'named' }, problems);
  const context: ReadContext = { folder: path.dirname(path.resolve(ini.file)) };
  const ofKind = (kind: string) => ini.sections.filter((section) => section.kind === kind);
  const top: IniSection = { kind: 'shim', name: '', place: { file: ini.file }, values: new Map() };
  const shim = readSection(ofKind('shim')[0] ?? top, shimKeys, context, problems);
  const nsca = readListen(ini, ofKind('listen'), context, problems);
  const sinks = readSinks(ini, ofKind('sink'), context, problems);
  if (shim === undefined || nsca === undefined || sinks === undefined) {
    return { config: undefined, problems: problems.all };
  }
  const { state_dir: stateDir, journal_max_results, journal_max_bytes } = shim.values;
  const journalLimits = { maxResults: journal_max_results, maxBytes: journal_max_bytes };
  const config = { file: ini.file, stateDir, journalLimits, nsca, sinks };
  return { config, problems: problems.all };
}

function readListen(
  ini: IniFile,
  sections: readonly IniSection[],
  context: ReadContext,
  problems: ProblemList,
): NscaListenConfig | undefined {
  for (const { name, place } of sections) {
    if (name !== 'nsca' && name !== '') {
      problems.error(place, `[listen.${name}]: this version listens for nsca only: [listen.nsca]`);
    }
  }
  const section = sections.find(({ name }) => name === 'nsca');
  if (section === undefined) {
    problems.error({ file: ini.file }, 'nothing to listen on: expected a [listen.nsca] section');
    return undefined;
  }
  const read = readSection(section, nscaListenKeys, context, problems);
  const password = readSecret(section, context, problems);
  if (read === undefined || password === undefined) return undefined;
  const { address, port, encryption_method: method, max_connections, idle_timeout } = read.values;
  return {
    address,
    port,
    method,
    password,
    maxConnections: max_connections,
    idleTimeoutMs: idle_timeout * 1000,
  };
}
