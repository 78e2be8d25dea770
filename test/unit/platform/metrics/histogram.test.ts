import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMetrics } from '../../../../platform/metrics/format-metrics.ts';
import { Histogram, histogramsOf } from '../../../../platform/metrics/histogram.ts';
import { parseMetrics } from '../../../support/parse-metrics.ts';

test('values are counted by their size; a bound belongs to its bucket', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.observe(value);
  histogram.observe(100, 3);
  assert.deepEqual(histogram.counts, { bounds: [1, 10], counts: [2, 2, 4], sum: 323.5 });
});

test('what was told once does not change later', () => {
  const histogram = new Histogram([1]);
  const before = histogram.counts;
  histogram.observe(2);
  assert.deepEqual(before.counts, [0, 0]);
});

test('Prometheus gets buckets that hold the smaller ones, up to infinity, a sum and a count', () => {
  const histogram = new Histogram([0.5, 1]);
  for (const value of [0.1, 0.7, 0.7, 5]) histogram.observe(value);
  const text = formatMetrics([
    histogramsOf(
      { name: 'h_seconds', help: 'a' },
      ['x'],
      (name) => ({ name }),
      () => histogram.counts,
    ),
  ]);
  const read = parseMetrics(text);
  assert.equal(read.types.get('h_seconds'), 'histogram');
  const bucket = (le: string) => read.value('h_seconds_bucket', { name: 'x', le });
  assert.deepEqual([bucket('0.5'), bucket('1'), bucket('+Inf')], [1, 3, 4]);
  assert.equal(read.value('h_seconds_count', { name: 'x' }), 4);
  assert.ok(Math.abs((read.value('h_seconds_sum', { name: 'x' }) ?? 0) - 6.5) < 1e-9);
});
