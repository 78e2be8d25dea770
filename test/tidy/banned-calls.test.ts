import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bannedCallFaults, unusedExceptions } from './banned-calls.ts';
import { filesBelow, productFolders } from './project-files.ts';

const product = filesBelow(productFolders, '.ts');

test('time, chance and the outside world enter where they should', () => {
  assert.deepEqual(product.flatMap(bannedCallFaults), []);
});

test('every exception is still needed', () => {
  assert.deepEqual(unusedExceptions(product), []);
});

const banned: readonly (readonly [string, string])[] = [
  ['protocol/x.ts', 'const now = Date.now();'],
  ['protocol/x.ts', 'const now = new Date();'],
  ['protocol/x.ts', 'const at = performance.now();'],
  ['protocol/x.ts', 'setImmediate(f);'],
  ['agent/sec/x.ts', 'const n = Math.random();'],
  ['agent/sec/x.ts', 'const { HOME } = process.env;'],
  ['agent/sec/x.ts', "import { readFileSync } from 'node:fs';"],
  ['agent/sec/x.ts', "import { delay } from 'node:timers/promises';"],
  ['server-shim/admit/x.ts', 'console.log(1);'],
  ['protocol/x.ts', 'const now = new Date;'],
  ['protocol/x.ts', 'const { now } = Date;'],
  ['protocol/x.ts', "import { randomBytes } from 'node:crypto';"],
  ['agent/sec/x.ts', 'const id = crypto.randomUUID();'],
  ['agent/sec/x.ts', "eval('1');"],
  ['agent/x.ts', 'const { random } = Math;'],
  ['server-shim/x.ts', 'setInterval(f, 1);'],
  ['server-shim/x.ts', 'const signal = AbortSignal.timeout(1);'],
  ['agent/x.ts', 'const now = Date.now();'],
  ['agent/x.ts', "const home = process.env['HOME'];"],
  ['agent/x.ts', "import { setTimeout } from 'node:timers/promises';"],
  ['platform/x.ts', 'const n = Math.random();'],
];

for (const [path, text] of banned) {
  test(`banned: ${path}: ${text}`, () => {
    assert.ok(bannedCallFaults({ path, text }).length > 0);
  });
}

const allowed: readonly (readonly [string, string])[] = [
  ['protocol/x.ts', 'const at = new Date(seconds * 1000); // not Date.now()'],
  ['protocol/x.ts', "const text = 'Math.random()';"],
  ['agent/x.ts', 'clock.setTimer(1, f);'],
  ['platform/x.ts', 'setTimeout(f, 1);'],
];

for (const [path, text] of allowed) {
  test(`allowed: ${path}: ${text}`, () => {
    assert.deepEqual(bannedCallFaults({ path, text }), []);
  });
}
