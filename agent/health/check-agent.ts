import { durationText } from '../../platform/duration-text.ts';
import { fullCritical, fullWarning, type HealthLimits } from '../../platform/health-limits.ts';
import {
  type PerformanceValue,
  type PluginFinding,
  type PluginResult,
  pluginResult,
} from '../../platform/nagios-plugin.ts';
import { isTrouble } from '../input/source-state.ts';
import type { AgentStatus } from '../metrics/agent-status.ts';

/** Names that a finding lists; of more there is the number. */
const namedMax = 5;

/** Judges an agent as a Nagios plugin does. */
export function checkAgent(status: AgentStatus, limits: HealthLimits): PluginResult {
  const { stats } = status.pipeline;
  const findings = [
    ...pipelineFindings(status),
    ...queueFindings(status),
    ...receiverFindings(status, limits),
  ];
  const { results } = status.delivery.outbox;
  const summary = `${count(stats?.sources.length ?? 0, 'input')}, ${count(stats?.rules ?? 0, 'rule')}, ${count(results, 'result')} waiting`;
  return pluginResult('NAGTAIL', summary, findings, performanceOf(status, limits));
}

function pipelineFindings({ pipeline }: AgentStatus): readonly PluginFinding[] {
  const { stats, answers } = pipeline;
  const findings: PluginFinding[] = [];
  if (!answers) findings.push({ code: 1, text: 'the thread of the rules does not answer in time' });
  if (stats === undefined) return findings;
  if (stats.commits.failing) {
    const text = 'the store in state_dir takes nothing: results are held back (STORE_FAILED)';
    findings.push({ code: 2, text });
  }
  const blind = stats.sources.filter(({ trouble }) => isTrouble(trouble));
  if (blind.length > 0) {
    const names = listed(blind.map(({ source, trouble }) => `${source} (${trouble})`));
    findings.push({ code: 1, text: `${count(blind.length, 'input')} cannot be read: ${names}` });
  }
  if (stats.ruleLoad.errors > 0) {
    const text = `${count(stats.ruleLoad.errors, 'error')} in rule files: such rules do not run (RULE_PROBLEM)`;
    findings.push({ code: 1, text });
  }
  if (stats.suspendedRules > 0) {
    const text = `${count(stats.suspendedRules, 'rule')} suspended (RULE_SUSPENDED)`;
    findings.push({ code: 1, text });
  }
  if (stats.rules === 0) findings.push({ code: 1, text: 'no rule runs' });
  return findings;
}

function queueFindings({ delivery, queueLimits }: AgentStatus): readonly PluginFinding[] {
  const { results, bytes } = delivery.outbox;
  const full = Math.max(results / queueLimits.resultsMax, bytes / queueLimits.bytesMax);
  if (full < fullWarning) return [];
  const text = `the queue is ${Math.floor(full * 100)} % full: ${count(results, 'result')} wait`;
  return [{ code: full < fullCritical ? 1 : 2, text }];
}

function receiverFindings(
  { delivery, now }: AgentStatus,
  { warningAge, criticalAge }: HealthLimits,
): readonly PluginFinding[] {
  return delivery.receivers.flatMap(({ name, target, waiting, trouble, active }) => {
    if (!active) return [];
    const age = waiting.oldestTime === undefined ? 0 : now - waiting.oldestTime;
    if (trouble === undefined && age < warningAge) return [];
    const why = trouble === undefined ? '' : `: ${trouble.message} (${trouble.code})`;
    const text = `receiver ${name} (${target}) has ${count(waiting.results, 'result')} waiting for ${durationText(age)}${why}`;
    return [{ code: age >= criticalAge ? 2 : 1, text }];
  });
}

function performanceOf(status: AgentStatus, limits: HealthLimits): readonly PerformanceValue[] {
  const { pipeline, delivery, queueLimits, now } = status;
  const { results, oldestTime } = delivery.outbox;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const sources = pipeline.stats?.sources ?? [];
  const value = (label: string, number: number, unit: PerformanceValue['unit'] = '') => ({
    label,
    value: number,
    unit,
  });
  return [
    value('lines', sum(sources.map(({ lines }) => lines)), 'c'),
    value('matches', sum((pipeline.stats?.ruleFiles ?? []).map(({ matches }) => matches)), 'c'),
    value('inputs', sources.length),
    value('rules', pipeline.stats?.rules ?? 0),
    value('suspended', pipeline.stats?.suspendedRules ?? 0),
    { ...value('waiting', results), max: queueLimits.resultsMax },
    {
      ...value('oldest', oldestTime === undefined ? 0 : Math.max(0, now - oldestTime), 's'),
      warning: limits.warningAge,
      critical: limits.criticalAge,
    },
    value('sent', sum(delivery.receivers.map(({ sent }) => sent)), 'c'),
    value('refused', sum(delivery.receivers.map(({ refused }) => refused)), 'c'),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : '';
  return `${names.slice(0, namedMax).join(', ')}${more}`;
}
