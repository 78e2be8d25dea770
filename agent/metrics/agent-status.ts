import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { version } from '../../platform/version.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { DeliveryStatus } from '../deliver/delivery.ts';
import type { OutboxLimits } from '../outbox/outbox-limits.ts';
import type { KnownStats } from '../pipeline/stats-requests.ts';

/** How an agent is: what `nagtail status --json` prints, and what metrics are made of. */
export interface AgentStatus {
  readonly program: 'nagtail';
  readonly version: string;
  readonly pid: number;
  readonly hostName: string;
  /** Unix times in seconds. */
  readonly startedAt: number;
  readonly now: number;
  readonly pipeline: KnownStats;
  readonly delivery: DeliveryStatus;
  readonly queueLimits: OutboxLimits;
}

export interface AgentStatusParts {
  readonly config: Pick<AgentConfig, 'hostName' | 'queue'>;
  readonly clock: Clock;
  /** Unix time in seconds when the agent was started. */
  readonly startedAt: number;
  readonly stats: () => Promise<KnownStats>;
  readonly delivery: () => DeliveryStatus;
}

/** Asks everything that knows something. */
export async function agentStatus(parts: AgentStatusParts): Promise<AgentStatus> {
  const { config, clock, startedAt, stats, delivery } = parts;
  return {
    program: 'nagtail',
    version,
    pid: process.pid,
    hostName: config.hostName,
    startedAt,
    now: unixSeconds(clock),
    pipeline: await stats(),
    delivery: delivery(),
    queueLimits: config.queue,
  };
}
