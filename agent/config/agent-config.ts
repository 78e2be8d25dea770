import path from 'node:path';
import {
  type ReadContext,
  readSection,
  reportUnknownSections,
} from '../../platform/config-schema.ts';
import { ConfigError } from '../../platform/errors.ts';
import { type IniFile, type IniSection, singleSection } from '../../platform/ini-file.ts';
import { readMetrics } from '../../platform/metrics/metrics-keys.ts';
import type { StatusEndpoints } from '../../platform/metrics/status-server.ts';
import { hasErrors, type Place, type Problem, ProblemList } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import type { DeliveryMode } from '../deliver/delivery-mode.ts';
import type { OutboxLimits } from '../outbox/outbox-limits.ts';
import type { HoldLimits } from '../pipeline/hold-detector.ts';
import { agentKeys, deliveryKeys } from './agent-keys.ts';
import { agentSectionKinds } from './agent-section-kinds.ts';
import { type InputConfig, readInput } from './input-config.ts';
import { type ReceiverConfig, readReceiver } from './receiver-config.ts';

/** What `[agent]` says. */
export interface AgentSettings {
  readonly hostName: string;
  readonly stateDir: string;
  /** Whether the state of the rules outlives a restart. */
  readonly state: 'keep' | 'forget';
  /** Glob of the rule files, and where it stands. */
  readonly rules: string;
  readonly rulesPlace: Place;
  readonly builtinCommands: readonly string[];
  /** How long a rule may hold one line. */
  readonly holdLimits: HoldLimits;
  /** The service of `hostName` on which the agent reports about itself. */
  readonly agentService: string;
  /** How often it does so when all is well; 0: never. */
  readonly heartbeatSeconds: number;
  /** Whether each receiver gets all results, or the first that works. */
  readonly mode: DeliveryMode;
  /** How many results may wait. */
  readonly queue: OutboxLimits;
}

/** The agent's configuration, checked. */
export interface AgentConfig extends AgentSettings {
  readonly file: string;
  readonly inputs: readonly InputConfig[];
  readonly receivers: readonly ReceiverConfig[];
  /** Where the agent tells how it is. */
  readonly metrics: StatusEndpoints;
}

/** A configuration when it can be used, and every problem that was found in it. */
export interface AgentConfigReading {
  readonly config: AgentConfig | undefined;
  /** What could be read of `[agent]` and the inputs, for checks that go on without the rest. */
  readonly settings: AgentSettings | undefined;
  readonly inputs: readonly InputConfig[];
  /** Where the agent tells how it is, when that could be read. */
  readonly metrics: StatusEndpoints | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the agent's configuration.
 * @throws ConfigError with all problems when it cannot be used
 */
export function loadAgentConfig(file: string): AgentConfig {
  const { config, problems } = readAgentConfig(readConfigFile(file, agentSectionKinds));
  if (config === undefined || hasErrors(problems)) throw new ConfigError(problems);
  return config;
}

/** Checks the sections of a configuration file and gives them their types. */
export function readAgentConfig(ini: IniFile): AgentConfigReading {
  const problems = new ProblemList();
  problems.addAll(ini.problems);
  reportUnknownSections(ini, agentSectionKinds, problems);
  const context: ReadContext = { folder: path.dirname(path.resolve(ini.file)) };
  const ofKind = (kind: string) => ini.sections.filter((section) => section.kind === kind);
  const settings = readSettings(singleSection(ini, 'agent'), context, problems);
  const inputs = ofKind('input').map((section) => readInput(section, context, problems));
  const receivers = ofKind('receiver').map((section) => readReceiver(section, context, problems));
  const metricsOf = readMetrics(ini, context, problems);
  const whole = { file: ini.file };
  if (inputs.length === 0)
    problems.error(whole, 'no log to follow: expected an [input.NAME] section');
  if (receivers.length === 0)
    problems.error(whole, 'nowhere to report to: expected a [receiver.NAME] section');
  const metrics = settings && metricsOf?.(settings.stateDir);
  const readable = { settings, inputs: inputs.filter((input) => input !== undefined), metrics };
  if (!settings || !metrics || !allRead(inputs) || !allRead(receivers)) {
    return { config: undefined, ...readable, problems: problems.all };
  }
  const config: AgentConfig = { file: ini.file, ...settings, inputs, receivers, metrics };
  return { config, ...readable, problems: problems.all };
}

function readSettings(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): AgentSettings | undefined {
  const read = readSection(section, { ...agentKeys, ...deliveryKeys }, context, problems);
  if (read === undefined) return undefined;
  const { host_name, state_dir, state, rules, builtin_commands, mode } = read.values;
  const { rule_time_limit, perl_time_limit, agent_service, heartbeat_interval } = read.values;
  const { queue_max_results, queue_max_bytes, queue_max_age, overflow } = read.values;
  return {
    hostName: host_name,
    stateDir: state_dir,
    state,
    rules,
    rulesPlace: read.given.get('rules')?.place ?? read.place,
    builtinCommands: builtin_commands,
    holdLimits: { ruleMs: rule_time_limit * 1_000, perlMs: perl_time_limit * 1_000 },
    agentService: agent_service,
    heartbeatSeconds: heartbeat_interval,
    mode,
    queue: {
      resultsMax: queue_max_results,
      bytesMax: queue_max_bytes,
      ageMaxSeconds: queue_max_age,
      overflow,
    },
  };
}

function allRead<T>(list: readonly (T | undefined)[]): list is readonly T[] {
  return list.every((item) => item !== undefined);
}
