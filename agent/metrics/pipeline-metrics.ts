import { histogramsOf } from '../../platform/metrics/histogram.ts';
import {
  counter,
  gauge,
  type MetricFamily,
  metricsOf,
} from '../../platform/metrics/metric-family.ts';
import { isTrouble } from '../input/source-state.ts';
import { heldLinesMax, heldResultsMax } from '../pipeline/committer.ts';
import type { PipelineStats, RuleFileStats, SourceStats } from '../pipeline/pipeline-stats.ts';

/** What the pipeline tells of itself, as metrics. */
export function pipelineMetrics(stats: PipelineStats): readonly MetricFamily[] {
  return [...sourceMetrics(stats), ...ruleMetrics(stats), ...workMetrics(stats)];
}

function sourceMetrics({ sources, sourcesLeftOut }: PipelineStats): readonly MetricFamily[] {
  const labelsOf = ({ input, source }: SourceStats) => ({ input, source });
  const of = (
    type: MetricFamily['type'],
    name: string,
    help: string,
    numberOf: (source: SourceStats) => number | undefined,
  ) => metricsOf({ name: `nagtail_source_${name}`, type, help }, sources, labelsOf, numberOf);
  return [
    of('counter', 'lines_total', 'Lines that went through the rules.', ({ lines }) => lines),
    of('counter', 'bytes_total', 'Bytes that were read.', ({ bytes }) => bytes),
    of(
      'counter',
      'rotations_total',
      'Times that another file took the place of the followed one.',
      ({ rotations }) => rotations,
    ),
    of(
      'counter',
      'truncations_total',
      'Times that the file was emptied under its name.',
      ({ truncations }) => truncations,
    ),
    of(
      'counter',
      'lines_cut_total',
      'Lines that were longer than max_line_bytes and lost their end.',
      ({ linesCut }) => linesCut,
    ),
    of(
      'gauge',
      'position_lag_bytes',
      'Bytes of the file that have not gone through the rules.',
      ({ lagBytes }) => lagBytes,
    ),
    of('gauge', 'up', '0 while it is missing or cannot be read.', ({ trouble }) =>
      isTrouble(trouble) ? 0 : 1,
    ),
    of(
      'gauge',
      'last_line_timestamp_seconds',
      'Unix time of the last line.',
      ({ lastLineAt }) => lastLineAt,
    ),
    gauge(
      'nagtail_sources_left_out',
      'Sources that have no metrics of their own because there are too many.',
      sourcesLeftOut,
    ),
  ];
}

function ruleMetrics(stats: PipelineStats): readonly MetricFamily[] {
  const { rules, suspendedRules, ruleLoad } = stats;
  return [
    gauge('nagtail_rules', 'Rules that run.', rules),
    gauge(
      'nagtail_rules_load_errors',
      'Errors that the rule files had when they were looked at last: rules that are dropped, or run as they were before.',
      ruleLoad.errors,
    ),
    gauge(
      'nagtail_rules_load_timestamp_seconds',
      'Unix time at which the rule files were looked at last.',
      ruleLoad.at,
    ),
    gauge(
      'nagtail_rules_suspended',
      'Rules that are not tried any more because they held a line for too long.',
      suspendedRules,
    ),
    ...matchMetrics(stats),
  ];
}

function matchMetrics(stats: PipelineStats): readonly MetricFamily[] {
  const { ruleFiles, ruleFilesLeftOut, toldRules, rulesLeftOut } = stats;
  const labelsOf = ({ file }: RuleFileStats) => ({ file });
  return [
    metricsOf(
      {
        name: 'nagtail_rule_file_matches_total',
        type: 'counter',
        help: 'How often the rules of a file have matched, since it was loaded.',
      },
      ruleFiles,
      labelsOf,
      ({ matches }) => matches,
    ),
    metricsOf(
      {
        name: 'nagtail_rule_file_unmatched_rules',
        type: 'gauge',
        help: 'Rules of a file that have matched no line since it was loaded.',
      },
      ruleFiles,
      labelsOf,
      ({ unmatchedRules }) => unmatchedRules,
    ),
    gauge(
      'nagtail_rule_files_left_out',
      'Rule files that have no metrics of their own because there are too many.',
      ruleFilesLeftOut,
    ),
    metricsOf(
      {
        name: 'nagtail_rule_matches_total',
        type: 'counter',
        help: 'How often a rule has matched, since its file was loaded; `line` is where it begins.',
      },
      toldRules,
      ({ file, line }) => ({ file, line: String(line) }),
      ({ matches }) => matches,
    ),
    gauge(
      'nagtail_rules_left_out',
      'Rules that have no metrics of their own because there are more than 1,000.',
      rulesLeftOut,
    ),
  ];
}

function workMetrics(stats: PipelineStats): readonly MetricFamily[] {
  const { contexts, operations, events, variables, commands, commits } = stats;
  return [
    gauge('nagtail_contexts', 'Names of contexts of the rules.', contexts),
    gauge('nagtail_operations', 'Event correlation operations that run.', operations),
    gauge('nagtail_events_waiting', 'Synthetic events that wait.', events),
    gauge('nagtail_variables', 'Variables of the rules.', variables),
    gauge('nagtail_commands_running', 'Programs of rules that run.', commands.running),
    gauge('nagtail_commands_waiting', 'Programs of rules that wait.', commands.waiting),
    counter(
      'nagtail_commands_dropped_total',
      'Programs of rules that were not started because 10,000 waited.',
      commands.dropped,
    ),
    counter('nagtail_checkpoint_writes_total', 'Commits to the store.', commits.commits),
    histogramsOf(
      { name: 'nagtail_checkpoint_write_seconds', help: 'Time that each commit took.' },
      [commits.durations],
      () => ({}),
      (durations) => durations,
    ),
    gauge('nagtail_store_up', '0 while the store takes nothing.', commits.failing ? 0 : 1),
    gauge(
      'nagtail_store_waiting_lines',
      'Lines that went through the rules and are not committed.',
      commits.heldLines,
    ),
    gauge(
      'nagtail_store_waiting_lines_limit',
      'While the store takes nothing, rules stand still at so many lines.',
      heldLinesMax,
    ),
    gauge('nagtail_store_waiting_results', 'Results that are not committed.', commits.heldResults),
    gauge(
      'nagtail_store_waiting_results_limit',
      'While the store takes nothing, rules stand still at so many results.',
      heldResultsMax,
    ),
  ];
}
