import { durationText } from '../../platform/duration-text.ts';
import { fullCritical, fullWarning, type HealthLimits } from '../../platform/health-limits.ts';
import {
  type PerformanceValue,
  type PluginFinding,
  type PluginResult,
  pluginResult,
} from '../../platform/nagios-plugin.ts';
import type { ShimStatus } from '../metrics/shim-status.ts';

/** Judges a receiver as a Nagios plugin does. */
export function checkShim(status: ShimStatus, limits: HealthLimits): PluginResult {
  const { counters, journal, listeners } = status;
  const findings = [
    ...configFindings(status),
    ...journalFindings(status),
    ...sinkFindings(status, limits),
    ...listenerFindings(status),
  ];
  const summary = `${listeners.map(({ protocol }) => protocol).join(', ')}: ${counters.results_accepted} results taken, ${journal.results} waiting`;
  return pluginResult('NAGTAIL-SHIM', summary, findings, performanceOf(status, limits));
}

function configFindings({ config }: ShimStatus): readonly PluginFinding[] {
  if (config.isCurrent) return [];
  const text =
    'the configuration cannot be used since it was changed, and an earlier one goes on: see CONFIG_PROBLEM in its log';
  return [{ code: 1, text }];
}

function journalFindings({ journal }: ShimStatus): readonly PluginFinding[] {
  const { results, bytes, limits } = journal;
  const full = Math.max(results / limits.maxResults, bytes / limits.maxBytes);
  if (full < fullWarning) return [];
  const text = `the journal is ${Math.floor(full * 100)} % full: clients will be held back`;
  return [{ code: full < fullCritical ? 1 : 2, text }];
}

function sinkFindings(
  { sinks, now }: ShimStatus,
  { warningAge, criticalAge }: HealthLimits,
): readonly PluginFinding[] {
  return sinks.flatMap(({ name, waiting, oldestTime, trouble }) => {
    const age = oldestTime === undefined ? 0 : now - oldestTime;
    if (trouble === undefined && age < warningAge) return [];
    const why = trouble === undefined ? '' : `: ${trouble}, see SINK_BLOCKED in its log`;
    const text = `sink ${name} has ${waiting} results waiting for ${durationText(age)}${why}`;
    return [{ code: age >= criticalAge ? 2 : 1, text }];
  });
}

function listenerFindings({ listeners }: ShimStatus): readonly PluginFinding[] {
  return listeners
    .filter(({ connections, maxConnections }) => connections >= fullWarning * maxConnections)
    .map(({ protocol, connections, maxConnections }) => {
      const text = `${protocol} has ${connections} of ${maxConnections} connections open`;
      return { code: 1, text };
    });
}

function performanceOf(status: ShimStatus, limits: HealthLimits): readonly PerformanceValue[] {
  const { counters, journal, sinks, listeners, now } = status;
  const ages = sinks.map(({ oldestTime }) => (oldestTime === undefined ? 0 : now - oldestTime));
  return [
    { label: 'accepted', value: counters.results_accepted, unit: 'c' },
    { label: 'written', value: counters.results_written, unit: 'c' },
    {
      label: 'refused',
      value: counters.results_refused + counters.results_not_allowed,
      unit: 'c',
    },
    { label: 'waiting', value: journal.results, unit: '', max: journal.limits.maxResults },
    {
      label: 'oldest',
      value: Math.max(0, ...ages),
      unit: 's',
      warning: limits.warningAge,
      critical: limits.criticalAge,
    },
    {
      label: 'connections',
      value: listeners.reduce((sum, { connections }) => sum + connections, 0),
      unit: '',
    },
  ];
}
