import { histogramsOf } from '../../platform/metrics/histogram.ts';
import { gauge, type MetricFamily, metricsOf } from '../../platform/metrics/metric-family.ts';
import type { ListenerStatus } from '../listen/open-listeners.ts';
import type { SinkStatus } from '../sink/sink-status.ts';
import { counterFamilies } from './counter-metrics.ts';
import type { ShimStatus } from './shim-status.ts';

/** A receiver's status as metrics. Labels are names of the configuration; what clients sent is in none. */
export function shimMetrics(status: ShimStatus): readonly MetricFamily[] {
  const { version, config } = status;
  return [
    {
      name: 'nagtail_shim_build_info',
      type: 'gauge',
      help: 'Always 1; the versions are in its labels.',
      samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    gauge(
      'nagtail_shim_config_last_reload_successful',
      '0 while an earlier configuration goes on because the one that was read last cannot be used.',
      config.isCurrent ? 1 : 0,
    ),
    gauge(
      'nagtail_shim_config_last_reload_success_timestamp_seconds',
      'Unix time since when the configuration that is used is used.',
      config.since,
    ),
    ...listenerMetrics(status),
    ...journalMetrics(status),
    ...sinkMetrics(status),
    ...counterFamilies(status.counters),
  ];
}

function listenerMetrics({ listeners }: ShimStatus): readonly MetricFamily[] {
  const labelsOf = ({ protocol }: ListenerStatus) => ({ protocol });
  return [
    metricsOf(
      { name: 'nagtail_shim_connections_open', type: 'gauge', help: 'Connections that are open.' },
      listeners,
      labelsOf,
      ({ connections }) => connections,
    ),
    metricsOf(
      { name: 'nagtail_shim_connections_limit', type: 'gauge', help: 'max_connections.' },
      listeners,
      labelsOf,
      ({ maxConnections }) => maxConnections,
    ),
  ];
}

function journalMetrics({ journal }: ShimStatus): readonly MetricFamily[] {
  const { results, bytes, limits, syncs } = journal;
  return [
    gauge('nagtail_shim_spool_results', 'Results that wait for the slowest sink.', results),
    gauge('nagtail_shim_spool_results_limit', 'journal_max_results.', limits.maxResults),
    gauge('nagtail_shim_spool_bytes', 'What the journal takes on disk.', bytes),
    gauge('nagtail_shim_spool_bytes_limit', 'journal_max_bytes.', limits.maxBytes),
    histogramsOf(
      {
        name: 'nagtail_shim_journal_sync_seconds',
        help: 'Time that it took to write a group of results and to sync it to the disk.',
      },
      [syncs],
      () => ({}),
      (counts) => counts,
    ),
  ];
}

function sinkMetrics({ sinks, now }: ShimStatus): readonly MetricFamily[] {
  const labelsOf = ({ name }: SinkStatus) => ({ sink: name });
  const of = (
    type: MetricFamily['type'],
    name: string,
    help: string,
    numberOf: (sink: SinkStatus) => number,
  ) => metricsOf({ name: `nagtail_shim_sink_${name}`, type, help }, sinks, labelsOf, numberOf);
  return [
    of('gauge', 'up', '0 while it cannot hand over: Nagios does not read, for example.', (sink) =>
      sink.trouble === undefined ? 1 : 0,
    ),
    of('gauge', 'waiting_results', 'Results that wait for this sink.', ({ waiting }) => waiting),
    of(
      'gauge',
      'oldest_seconds',
      'Age of the oldest result that waits for this sink; 0 without one.',
      ({ oldestTime }) => (oldestTime === undefined ? 0 : Math.max(0, now - oldestTime)),
    ),
    of('counter', 'written_total', 'Results that it has handed over.', ({ written }) => written),
    of(
      'counter',
      'blocked_seconds_total',
      'Time in which it could not hand over.',
      ({ blockedSeconds }) => blockedSeconds,
    ),
  ];
}
