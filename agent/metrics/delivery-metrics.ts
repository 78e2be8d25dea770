import { histogramsOf } from '../../platform/metrics/histogram.ts';
import {
  gauge,
  type MetricFamily,
  type MetricLabels,
  type MetricSample,
  metricsOf,
} from '../../platform/metrics/metric-family.ts';
import type { ReceiverStatus } from '../deliver/delivery.ts';
import type { AgentStatus } from './agent-status.ts';

/** The outbox and the receivers, as metrics. */
export function deliveryMetrics(status: AgentStatus): readonly MetricFamily[] {
  return [...outboxMetrics(status), ...receiverMetrics(status)];
}

function outboxMetrics({ delivery, queueLimits, now }: AgentStatus): readonly MetricFamily[] {
  const { results, bytes, oldestTime, droppedForRoom, droppedForAge } = delivery.outbox;
  return [
    gauge('nagtail_outbox_results', 'Results that wait for a receiver.', results),
    gauge('nagtail_outbox_results_limit', 'queue_max_results.', queueLimits.resultsMax),
    gauge('nagtail_outbox_bytes', 'Host, service and output of waiting results.', bytes),
    gauge('nagtail_outbox_bytes_limit', 'queue_max_bytes.', queueLimits.bytesMax),
    gauge(
      'nagtail_outbox_oldest_seconds',
      'Age of the oldest waiting result; 0 without one.',
      oldestTime === undefined ? 0 : Math.max(0, now - oldestTime),
    ),
    {
      name: 'nagtail_outbox_dropped_total',
      type: 'counter',
      help: 'Results that were dropped because of a limit of the queue, since the store was made.',
      samples: [
        { labels: { reason: 'room' }, value: droppedForRoom },
        { labels: { reason: 'age' }, value: droppedForAge },
      ],
    },
    gauge(
      'nagtail_outbox_age_limit_seconds',
      'queue_max_age; 0 is none.',
      queueLimits.ageMaxSeconds,
    ),
  ];
}

function receiverMetrics({ delivery, now }: AgentStatus): readonly MetricFamily[] {
  const { receivers } = delivery;
  const of = (
    name: string,
    help: string,
    numberOf: (receiver: ReceiverStatus) => number | undefined,
  ) =>
    metricsOf(
      { name: `nagtail_receiver_${name}`, type: 'gauge', help },
      receivers,
      labelsOf,
      numberOf,
    );
  return [
    ...deliveryCounters(receivers),
    of('up', '0 while the last delivery has failed.', ({ trouble }) => Number(!trouble)),
    of('active', '0 for a receiver that stands by.', ({ active }) => Number(active)),
    of('waiting_results', 'Results that wait for this receiver.', ({ waiting }) => waiting.results),
    of(
      'oldest_seconds',
      'Age of the oldest result that waits for this receiver; 0 without one.',
      ({ waiting: { oldestTime } }) =>
        oldestTime === undefined ? 0 : Math.max(0, now - oldestTime),
    ),
    of(
      'last_sent_timestamp_seconds',
      'Unix time when it last took results.',
      ({ lastSentTime }) => lastSentTime,
    ),
  ];
}

function labelsOf({ name }: ReceiverStatus): MetricLabels {
  return { receiver: name };
}

function deliveryCounters(receivers: readonly ReceiverStatus[]): readonly MetricFamily[] {
  return [
    {
      name: 'nagtail_results_sent_total',
      type: 'counter',
      help: 'Results that a receiver has answered: taken, or refused for good.',
      samples: receivers.flatMap(({ name, sent, refused }) => [
        sample({ receiver: name, verdict: 'accepted' }, sent),
        sample({ receiver: name, verdict: 'refused' }, refused),
      ]),
    },
    {
      name: 'nagtail_delivery_attempts_total',
      type: 'counter',
      help: 'Deliveries of one or more results that were tried.',
      samples: receivers.flatMap(({ name, attempts, failures }) => [
        sample({ receiver: name, outcome: 'success' }, attempts - failures),
        sample({ receiver: name, outcome: 'failure' }, failures),
      ]),
    },
    histogramsOf(
      {
        name: 'nagtail_delivery_seconds',
        help: 'Time that each delivery took, those that failed among them.',
      },
      receivers,
      labelsOf,
      ({ durations }) => durations,
    ),
    histogramsOf(
      {
        name: 'nagtail_result_delay_seconds',
        help: 'From the second in which a result was made to the answer of the receiver that took it.',
      },
      receivers,
      labelsOf,
      ({ delays }) => delays,
    ),
  ];
}

function sample(labels: MetricSample['labels'], value: number): MetricSample {
  return { labels, value };
}
