import os from 'node:os';
import {
  filePath,
  oneOf,
  seconds,
  text,
  wholeNumber,
  wordList,
} from '../../platform/config-keys.ts';
import { outboxLimitsDefault } from '../outbox/outbox-limits.ts';

/** The keys of `[agent]`. */
export const agentKeys = {
  host_name: text('the host that results are about when a rule names none', {
    otherwise: os.hostname().split('.')[0] ?? 'localhost',
  }),
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail',
  }),
  state: oneOf(
    'whether windows, contexts and variables outlive a restart; with `forget` rules begin anew, as in SEC',
    ['keep', 'forget'] as const,
    { otherwise: 'keep' },
  ),
  rules: filePath('rule files: a path or a glob, taken in lexical order', {
    otherwise: '/etc/nagtail/rules.d/*.sec',
  }),
  builtin_commands: wordList(
    'programs that are understood and not started when a rule reports with them',
    {
      otherwise: ['submit_check_result', 'send_nsca', 'send_nrdp'],
    },
  ),
  rule_time_limit: seconds(
    'processor time that a rule may take for one line, or it is suspended; 0: any',
    { min: 0, max: 3_600, otherwise: 1 },
  ),
  perl_time_limit: seconds(
    'time that a call of Perl code may take, or perl is killed and the rule suspended; 0: any',
    { min: 0, max: 86_400, otherwise: 30 },
  ),
  heartbeat_interval: seconds(
    'how often the agent reports on agent_service that it is there; 0: never',
    { min: 0, max: 86_400, otherwise: 0 },
  ),
  agent_service: text('the service of host_name on which the agent reports about itself', {
    otherwise: 'nagtail',
  }),
};

/** How many bytes a queue may hold at most: as much as a disk has. */
const diskBytes = 1024 ** 5;

/** Keys of `[agent]` that say how results are delivered, and how many may wait. */
export const deliveryKeys = {
  mode: oneOf(
    'whether each receiver gets all results, or the first that works',
    ['all', 'failover'] as const,
    { otherwise: 'all' },
  ),
  queue_max_results: wholeNumber('how many results may wait', {
    min: 1,
    max: 1_000_000_000,
    unit: 'results',
    otherwise: outboxLimitsDefault.resultsMax,
  }),
  queue_max_bytes: wholeNumber('how many bytes of host, service and output may wait', {
    min: 1_048_576,
    max: diskBytes,
    unit: 'bytes',
    otherwise: outboxLimitsDefault.bytesMax,
  }),
  queue_max_age: seconds('results that are older are dropped; 0: none', {
    min: 0,
    max: 31_536_000,
    otherwise: outboxLimitsDefault.ageMaxSeconds,
  }),
  overflow: oneOf(
    'what goes first when too much waits',
    ['oldest-per-service', 'oldest'] as const,
    { otherwise: outboxLimitsDefault.overflow },
  ),
};
