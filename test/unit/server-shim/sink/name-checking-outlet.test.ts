import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { createSink, type NameOptions } from '../../../../server-shim/sink/create-sink.ts';
import { received } from '../../../support/received-results.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';
import { waitFor } from '../../../support/wait-for.ts';

function cacheOf(...hosts: readonly string[]): string {
  return hosts
    .map((host) => {
      const service = `define service {\n\thost_name\t${host}\n\tservice_description\ts\n\t}\n`;
      return `define host {\n\thost_name\t${host}\n\t}\n${service}`;
    })
    .join('\n');
}

/** A sink that writes to a regular file and knows some names. */
function setUp(t: TestContext, unknown: NameOptions['unknown']) {
  const folder = tempDir(t);
  const path = join(folder, 'commands');
  const objectsCache = join(folder, 'objects.cache');
  writeFileSync(objectsCache, cacheOf('known'));
  const { journal, reader, logs, counters } = openTempJournal(t);
  const start = () => {
    const names = { objectsCache, unknown };
    const sink = createSink(
      { type: 'command-file', name: 'nagios', path, create: true, names },
      { journal: reader, stateDir: folder, log: logs.log, clock: systemClock, counters },
    );
    t.after(() => sink.drain(0));
    sink.start();
    return sink;
  };
  const append = (...hosts: readonly string[]) =>
    journal.append(received(hosts.map((host, n) => resultOf(host, n))));
  const written = () =>
    existsSync(path)
      ? [...readFileSync(path, 'latin1').matchAll(/;(.*);s;0;(\d+)\n/g)].map(
          ([, host, number]) => `${host} ${number}`,
        )
      : [];
  return { start, append, written, waiting: reader, logs, counters, objectsCache };
}

function resultOf(host: string, number: number): CheckResult {
  return { host, service: 's', returnCode: 0, output: String(number), time: 1 };
}

test('unknown names are counted, told once each, and passed on', async (t) => {
  const { start, append, written, logs, counters } = setUp(t, 'pass');
  start();
  await append('known', 'knwon', 'knwon', 'other', 'known');
  await waitFor('the results', () => written().length === 5);
  assert.deepEqual(
    logs.of('OBJECT_UNKNOWN').map(({ message }) => message),
    [
      "Nagios knows no host 'knwon'; is 'known' meant? (passed on all the same)",
      "Nagios knows no host 'other' (passed on all the same)",
    ],
  );
  assert.equal(counters.get('results_unknown'), 3);
});

test('held ones wait, over a restart, until Nagios knows them, in order', async (t) => {
  const { start, append, written, waiting, objectsCache, logs } = setUp(t, 'hold');
  const first = start();
  await append('known', 'later', 'never', 'later', 'known');
  await waitFor('the known ones', () => written().length === 2);
  await waitFor('the journal to be empty', () => waiting.size === 0);
  assert.match(logs.of('OBJECT_UNKNOWN')[0]?.message ?? '', /\(held until it does\)$/);
  assert.equal(await first.drain(1000), 0);
  start();
  await append('known', 'later');
  await waitFor('one more', () => written().length === 3);
  writeFileSync(objectsCache, cacheOf('known', 'later'));
  await waitFor('those that were held', () => written().length === 6);
  assert.deepEqual(written().slice(3), ['later 1', 'later 3', 'later 1']);
  writeFileSync(objectsCache, cacheOf('known', 'later', 'never'));
  await waitFor('the last one', () => written().length === 7);
  assert.deepEqual(written().at(-1), 'never 2');
});

test('without the file all names count as known, and that is told once', async (t) => {
  const { start, append, written, logs, objectsCache } = setUp(t, 'hold');
  rmSync(objectsCache);
  start();
  await append('anything');
  await waitFor('the result', () => written().length === 1);
  assert.equal(logs.of('OBJECTS_UNREADABLE').length, 1);
  writeFileSync(objectsCache, cacheOf('known'));
  await waitFor('the good news', () => logs.of('OBJECTS_READABLE').length === 1);
});
