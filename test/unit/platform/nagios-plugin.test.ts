import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText } from '../../../platform/duration-text.ts';
import { type PluginCode, pluginResult } from '../../../platform/nagios-plugin.ts';

const value = { label: "it's", value: 0.5, unit: 's', warning: 1, critical: 2, max: 3 } as const;

test('a line with performance data', () => {
  assert.deepEqual(pluginResult('X', 'all well', [], [{ label: 'n', value: 1e21, unit: 'c' }]), {
    code: 0,
    output: "X OK: all well | 'n'=1000000000000000000000c;;;0;\n",
  });
  assert.equal(pluginResult('X', 'w', [], [value]).output, "X OK: w | 'it''s'=0.500s;1;2;0;3\n");
});

test('the worst finding comes first and decides; CRITICAL counts more than UNKNOWN', () => {
  const finding = (code: PluginCode) => ({ code, text: `t${code}` });
  const { code, output } = pluginResult(
    'X',
    '',
    [1, 3, 2].map((c) => finding(c as PluginCode)),
    [],
  );
  assert.deepEqual([code, output], [2, 'X CRITICAL: t2 (and 2 more)\nUNKNOWN: t3\nWARNING: t1\n']);
  assert.equal(pluginResult('X', '', [finding(1), finding(3)], []).code, 3);
});

test('a text cannot end itself, nor move a cursor', () => {
  const { output } = pluginResult('X', '', [{ code: 1, text: 'a|b\nc\x1b[2J' }], []);
  assert.equal(output, 'X WARNING: a¦b\\x0ac\\x1b[2J\n');
});

test('durations as people say them', () => {
  const said = [0, -5, 59.9, 60, 61, 3_600, 3_659, 90_061, 86_400, 86_460].map(durationText);
  assert.deepEqual(said, [
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '1 min 1 s',
    '1 h',
    '1 h',
    '1 d 1 h',
    '1 d',
    '1 d',
  ]);
});
