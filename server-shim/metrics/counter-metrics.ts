import type { MetricFamily } from '../../platform/metrics/metric-family.ts';
import type { CounterName } from '../counters.ts';

/** A counter's place among the metrics: a family, and what tells it from others of that. */
interface CounterMetric {
  readonly family: keyof typeof families;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The families, by their names without `nagtail_shim_` and `_total`. */
const families = {
  connections: 'Connections, by what became of them.',
  packets: 'Packets of NSCA, by what became of them.',
  legacy_crypto_frames: 'Packets of NSCA by a method that hides nothing, `none` or `xor`.',
  packets_forgotten:
    'Packets that were forgotten before max_packet_age because there were too many: a replay of them passes.',
  auth_failures: 'TLS handshakes that failed: unknown identity, wrong password, no TLS at all.',
  requests_refused: 'Frames and requests that were not understood, or had a wrong token.',
  rate_limited: 'Times that an identity sent more than its max_rate and had to wait.',
  commands: 'External commands that are no check results.',
  results: 'Results that clients sent, by what became of them.',
  journal_waits: 'Times that a client waited because the journal was full or its disk failed.',
  journal_refusals: 'Clients that waited for the journal too long and were turned away.',
  journal_syncs: 'Groups of results that were made safe on disk with one sync.',
  streams_forgotten: 'Streams of result ids that were forgotten because too many are known.',
  results_written: 'Results that were handed to Nagios, or to the next receiver, over all sinks.',
  results_not_taken: 'Results that the receiver they were forwarded to refused for good.',
  results_cut: 'Outputs that were cut because their line has no room in the command file.',
  unknown_service: 'Results about a host or a service that Nagios does not know.',
  sink_busy: 'Times that a sink found no room: a full pipe, a file that waits in the spool.',
  sink_failures: 'Times that a sink could not hand over for another reason.',
} as const;

const outcome = (family: CounterMetric['family'], word: string): CounterMetric => ({
  family,
  labels: { outcome: word },
});

/** Every counter is told; the compiler asks for one that is missing. */
const counterMetrics: Readonly<Record<CounterName, CounterMetric>> = {
  connections_accepted: outcome('connections', 'accepted'),
  connections_over_limit: outcome('connections', 'over_limit'),
  connections_not_allowed: outcome('connections', 'not_allowed'),
  connections_idle: outcome('connections', 'idle'),
  connections_broken: outcome('connections', 'broken'),
  packets_read: outcome('packets', 'read'),
  packets_refused_version: outcome('packets', 'refused_version'),
  packets_refused_crc: outcome('packets', 'refused_crc'),
  packets_refused_length: outcome('packets', 'refused_length'),
  packets_refused_age: outcome('packets', 'refused_age'),
  packets_refused_replay: outcome('packets', 'refused_replay'),
  packets_open: { family: 'legacy_crypto_frames' },
  packets_forgotten: { family: 'packets_forgotten' },
  handshakes_failed: { family: 'auth_failures' },
  frames_refused: { family: 'requests_refused', labels: { protocol: 'nagtail/1' } },
  requests_refused: { family: 'requests_refused', labels: { protocol: 'nsca-ng or nrdp' } },
  rate_limited: { family: 'rate_limited' },
  commands_given: outcome('commands', 'given'),
  commands_refused: outcome('commands', 'refused'),
  results_accepted: outcome('results', 'accepted'),
  results_refused: outcome('results', 'refused'),
  results_not_allowed: outcome('results', 'not_allowed'),
  results_repeated: outcome('results', 'repeated'),
  journal_waits: { family: 'journal_waits' },
  journal_refusals: { family: 'journal_refusals' },
  journal_syncs: { family: 'journal_syncs' },
  streams_forgotten: { family: 'streams_forgotten' },
  results_written: { family: 'results_written' },
  results_not_taken: { family: 'results_not_taken' },
  results_cut: { family: 'results_cut' },
  results_unknown: { family: 'unknown_service' },
  sink_busy: { family: 'sink_busy' },
  sink_failures: { family: 'sink_failures' },
};

/** The receiver's counters as metrics. */
export function counterFamilies(
  counts: Readonly<Record<CounterName, number>>,
): readonly MetricFamily[] {
  const samples = Object.entries(counterMetrics).map(([name, { family, labels = {} }]) => ({
    family,
    // The keys are those of the counters: see the type of the table.
    sample: { labels, value: counts[name as CounterName] },
  }));
  return Object.entries(families).map(([family, help]) => ({
    name: `nagtail_shim_${family}_total`,
    type: 'counter',
    help,
    samples: samples.filter((one) => one.family === family).map(({ sample }) => sample),
  }));
}
