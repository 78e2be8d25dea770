import { gauge, type MetricFamily } from '../../platform/metrics/metric-family.ts';
import type { AgentStatus } from './agent-status.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import { pipelineMetrics } from './pipeline-metrics.ts';

/**
 * An agent's status as metrics. Labels are names of the configuration and paths that it leads to; what stands in
 * logs is in none of them.
 */
export function agentMetrics(status: AgentStatus): readonly MetricFamily[] {
  const { version, pipeline } = status;
  const labels = { version, node: process.versions.node };
  const isAnswering = gauge(
    'nagtail_pipeline_answers',
    '0 while the thread of the rules does not answer within 2 s: what it tells is older then.',
    pipeline.answers ? 1 : 0,
  );
  return [
    {
      name: 'nagtail_build_info',
      type: 'gauge',
      help: 'Always 1; the versions are in its labels.',
      samples: [{ labels, value: 1 }],
    },
    isAnswering,
    ...(pipeline.stats === undefined ? [] : pipelineMetrics(pipeline.stats)),
    ...deliveryMetrics(status),
  ];
}
