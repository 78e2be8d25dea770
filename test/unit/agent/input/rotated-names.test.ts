import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isCompressedGeneration,
  isRotatedName,
  possibleOriginals,
} from '../../../../agent/input/rotated-names.ts';

test('which names are rotated generations', () => {
  const names: Record<string, boolean> = {
    'app.log': false,
    'app.log.1': true,
    'app.log.0': true,
    'app.log.20': true,
    'app.log-20261123': true,
    'app.log-2026-11-23T08.log': true,
    'app.log.2026-11-23': true,
    'app.log.old': true,
    'app.log-old': true,
    'app.log.1.gz': false,
    'app.log-20261123.zst': false,
    'app.log.1.tmp': false,
    'app.log.lock': false,
    'app.log-errors': false,
    'app.log.error': false,
    'app.log1': false,
    'app.log.1/other': false,
    'other.log.1': false,
  };
  for (const [name, expected] of Object.entries(names)) {
    assert.equal(isRotatedName('app.log', name), expected, name);
  }
});

test('compressed generations are known as such', () => {
  assert.equal(isCompressedGeneration('/var/log/app.log', '/var/log/app.log.2.gz'), true);
  assert.equal(isCompressedGeneration('/var/log/app.log', '/var/log/app.log.2'), false);
});

test('originals that a name may come from', () => {
  assert.deepEqual(possibleOriginals('/var/log.d/app-x.log.1'), [
    '/var/log.d/app',
    '/var/log.d/app-x',
    '/var/log.d/app-x.log',
  ]);
});
