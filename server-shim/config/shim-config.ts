import path from 'node:path';
import {
  type ReadContext,
  readSection,
  reportUnknownSections,
} from '../../platform/config-schema.ts';
import { ConfigError } from '../../platform/errors.ts';
import { type IniFile, type IniSection, singleSection } from '../../platform/ini-file.ts';
import type { LogLevel } from '../../platform/log.ts';
import { readMetrics } from '../../platform/metrics/metrics-keys.ts';
import type { StatusEndpoints } from '../../platform/metrics/status-server.ts';
import { suggestion } from '../../platform/nearest-name.ts';
import { hasErrors, type Problem, ProblemList } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import type { JournalLimits } from '../journal/disk-journal.ts';
import { readIdentities } from './identity-config.ts';
import { type NrdpListenConfig, readNrdpListen } from './nrdp-listen-config.ts';
import { type NscaListenConfig, readNscaListen } from './nsca-listen-config.ts';
import { type NscaNgListenConfig, readNscaNgListen } from './nsca-ng-listen-config.ts';
import { reportLoops } from './report-loops.ts';
import { shimKeys } from './shim-keys.ts';
import { shimSectionKinds } from './shim-section-kinds.ts';
import { readSinks, type SinkConfig } from './sink-config.ts';

/** The shim's configuration, checked. */
export interface ShimConfig {
  readonly file: string;
  readonly stateDir: string;
  readonly logLevel: LogLevel;
  readonly journalLimits: JournalLimits;
  /** At least one of the listeners is there. */
  readonly nsca: NscaListenConfig | undefined;
  readonly nscaNg: NscaNgListenConfig | undefined;
  readonly nrdp: NrdpListenConfig | undefined;
  readonly sinks: readonly SinkConfig[];
  /** Where the receiver tells how it is. */
  readonly metrics: StatusEndpoints;
}

/** A configuration when it can be used, and every problem that was found in it. */
export interface ShimConfigReading {
  readonly config: ShimConfig | undefined;
  /** Where the receiver tells how it is, when that could be read. */
  readonly metrics: StatusEndpoints | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the shim's configuration.
 * @throws ConfigError with all problems when it cannot be used
 */
export function loadShimConfig(file: string): ShimConfig {
  const { config, problems } = readShimConfig(readConfigFile(file, shimSectionKinds));
  if (config === undefined || hasErrors(problems)) throw new ConfigError(problems);
  return config;
}

/** Checks the sections of a configuration file and gives them their types. */
export function readShimConfig(ini: IniFile): ShimConfigReading {
  const problems = new ProblemList();
  problems.addAll(ini.problems);
  reportUnknownSections(ini, shimSectionKinds, problems);
  const context: ReadContext = { folder: path.dirname(path.resolve(ini.file)) };
  const ofKind = (kind: string) => ini.sections.filter((section) => section.kind === kind);
  const shim = readSection(singleSection(ini, 'shim'), shimKeys, context, problems);
  const listeners = ofKind('listen');
  checkListeners(ini, listeners, problems);
  const listener = (name: string) => listeners.find((section) => section.name === name);
  const identities = readIdentities(ofKind('identity'), context, problems);
  const nscaSection = listener('nsca');
  const clients = ofKind('client');
  if (clients[0] !== undefined && nscaSection === undefined) {
    problems.error(
      clients[0].place,
      '[client.NAME] is for clients of NSCA: expected [listen.nsca]',
    );
  }
  const nsca = nscaSection && readNscaListen(nscaSection, clients, context, problems);
  const ngSection = listener('nsca-ng');
  const nscaNg = ngSection && readNscaNgListen(ngSection, identities, context, problems);
  const nrdpSection = listener('nrdp');
  const nrdp = nrdpSection && readNrdpListen(nrdpSection, identities, context, problems);
  const sinks = readSinks(ini, ofKind('sink'), context, problems);
  reportLoops(sinks ?? [], { nsca, 'nsca-ng': nscaNg, nrdp }, problems);
  const metrics = shim && readMetrics(ini, context, problems)?.(shim.values.state_dir);
  if (shim === undefined || sinks === undefined || metrics === undefined) {
    return { config: undefined, metrics, problems: problems.all };
  }
  const { state_dir: stateDir, log_level: logLevel } = shim.values;
  const { journal_max_results: maxResults, journal_max_bytes: maxBytes } = shim.values;
  const config = {
    file: ini.file,
    stateDir,
    logLevel,
    journalLimits: { maxResults, maxBytes },
    ...{ nsca, nscaNg, nrdp, sinks, metrics },
  };
  return { config, metrics, problems: problems.all };
}

/** The names that a `[listen.NAME]` can have. */
const listenerNames = ['nsca', 'nsca-ng', 'nrdp'];

function checkListeners(
  ini: IniFile,
  sections: readonly IniSection[],
  problems: ProblemList,
): void {
  for (const { name, place } of sections) {
    if (name === '' || listenerNames.includes(name)) continue;
    const known = listenerNames.map((listener) => `[listen.${listener}]`).join(', ');
    const nearest = suggestion(name, listenerNames);
    problems.error(place, `[listen.${name}]: this version knows ${known}${nearest}`);
  }
  if (sections.some(({ name }) => listenerNames.includes(name))) return;
  const message =
    'nothing to listen on: expected a [listen.nsca-ng], [listen.nsca] or [listen.nrdp] section';
  problems.error({ file: ini.file }, message);
}
