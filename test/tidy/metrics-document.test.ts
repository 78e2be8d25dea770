import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agentMetrics } from '../../agent/metrics/agent-metrics.ts';
import type { AgentStatus } from '../../agent/metrics/agent-status.ts';
import { Histogram } from '../../platform/metrics/histogram.ts';
import type { MetricFamily } from '../../platform/metrics/metric-family.ts';
import { processMetrics } from '../../platform/metrics/process-metrics.ts';
import { Counters } from '../../server-shim/counters.ts';
import { shimMetrics } from '../../server-shim/metrics/shim-metrics.ts';
import { projectFile, projectRoot } from './project-files.ts';

const none = new Histogram([1]).counts;
const totals = { results: 1, bytes: 1, oldestTime: 1, droppedForRoom: 0, droppedForAge: 0 };
const agent: AgentStatus = {
  program: 'nagtail',
  version: '0',
  pid: 1,
  hostName: 'h',
  startedAt: 1,
  now: 2,
  pipeline: {
    answers: true,
    stats: {
      sources: [
        {
          input: 'i',
          source: '/s',
          trouble: undefined,
          lagBytes: 0,
          lastLineAt: 1,
          lines: 1,
          bytes: 1,
          rotations: 0,
          truncations: 0,
          linesCut: 0,
        },
      ],
      sourcesLeftOut: 0,
      ruleFiles: [{ file: '/r', rules: 1, matches: 1, unmatchedRules: 0 }],
      ruleFilesLeftOut: 0,
      rules: 1,
      toldRules: [{ file: '/r', line: 1, matches: 1 }],
      rulesLeftOut: 0,
      suspendedRules: 0,
      ruleLoad: { at: 1, errors: 0 },
      contexts: 0,
      operations: 0,
      events: 0,
      variables: 0,
      commands: { running: 0, waiting: 0, dropped: 0 },
      commits: { commits: 1, durations: none, failing: false, heldLines: 0, heldResults: 0 },
    },
  },
  delivery: {
    outbox: totals,
    receivers: [
      {
        name: 'r',
        target: 't',
        sent: 1,
        refused: 0,
        attempts: 1,
        failures: 0,
        durations: none,
        delays: none,
        lastSentTime: 1,
        trouble: undefined,
        waiting: { results: 0, oldestTime: undefined },
        active: true,
      },
    ],
  },
  queueLimits: { resultsMax: 1, bytesMax: 1, ageMaxSeconds: 0, overflow: 'oldest' },
};

const sink = { name: 's', waiting: 0, oldestTime: 1, written: 0, trouble: undefined };
const families = {
  'Metrics of nagtail': agentMetrics(agent),
  'Metrics of nagtail-shim': shimMetrics({
    program: 'nagtail-shim',
    config: { isCurrent: true, since: 1 },
    version: '0',
    pid: 1,
    startedAt: 1,
    now: 2,
    journal: { results: 0, bytes: 0, limits: { maxResults: 1, maxBytes: 1 }, syncs: none },
    sinks: [{ ...sink, blockedSeconds: 0 }],
    listeners: [{ protocol: 'nsca', port: 1, connections: 0, maxConnections: 1 }],
    counters: new Counters().snapshot(),
  }),
  'Metrics of both programs': processMetrics(),
};

/** The table of a section, made of what the programs tell. */
function tableOf(metrics: readonly MetricFamily[]): string {
  const rows = metrics.map(({ name, type, help, samples }) => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    return `| \`${name}\` | ${type} | ${[...labels].map((label) => `\`${label}\``).join(', ')} | ${help} |`;
  });
  return ['| metric | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Puts the tables where their headings are. */
function withTables(markdown: string): string {
  return Object.entries(families).reduce((text, [heading, metrics]) => {
    const section = new RegExp(`(### ${heading}\\n\\n)(?:\\|.*\\n)*`);
    return text.replace(section, (_, head: string) => `${head}${tableOf(metrics)}\n`);
  }, markdown);
}

test('docs/OPERATING.md lists every metric, as the programs tell it', () => {
  const { text } = projectFile('docs/OPERATING.md');
  const wanted = withTables(text);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(path.join(projectRoot, 'docs/OPERATING.md'), wanted);
    return;
  }
  assert.equal(
    text,
    wanted,
    'UPDATE_GOLDEN=1 scripts/test test/tidy/metrics-document.test.ts rewrites it',
  );
});
