import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { KnownObjects } from '../../../../server-shim/sink/known-objects.ts';
import { NagiosDaemon } from '../../../support/nagios-daemon.ts';
import { peer } from '../../../support/peers.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function about(host: string, service: string | null): CheckResult {
  return { host, service, returnCode: 0, output: 'x', time: 1 };
}

const cache = `define timeperiod {
\ttimeperiod_name\t24x7
\t}

define host {
\thost_name\tweb01
\taddress\t192.0.2.1
\t}

define host {
\thost_name\tGröße
\taddress\t192.0.2.1
\t}

define service {
\thost_name\tweb01
\tservice_description\tdisk space
\t}
`;

test('hosts, addresses and services of the file are known, others not, with the nearest name', async (t) => {
  const file = join(tempDir(t), 'objects.cache');
  const known = new KnownObjects(file);
  await assert.rejects(known.refresh(), { code: 'ENOENT' });
  assert.ok(known.knows(about('anything', 'goes')), 'before the file was read');
  writeFileSync(file, cache);
  assert.equal(await known.refresh(), true);
  assert.equal(await known.refresh(), false);
  assert.ok(known.knows(about('web01', null)));
  assert.ok(known.knows(about('web01', 'disk space')));
  assert.ok(known.knows(about('192.0.2.1', 'disk space')));
  assert.ok(known.knows(about(byteStringOf('Größe'), null)));
  assert.ok(!known.knows(about('Web01', null)));
  assert.ok(!known.knows(about('web01', 'disk')));
  assert.ok(!known.knows(about('24x7', null)));
  assert.equal(
    known.complaint(about('web02', 'x')),
    "Nagios knows no host 'web02'; is 'web01' meant?",
  );
  assert.equal(
    known.complaint(about('web01', 'disk spaces')),
    "Nagios knows no service 'disk spaces' on host 'web01'; is 'disk space' meant?",
  );
  assert.equal(
    known.complaint(about('web01', 'temperature')),
    "Nagios knows no service 'temperature' on host 'web01'",
  );
  writeFileSync(file, cache.replaceAll('web01', 'web02x'));
  assert.equal(await known.refresh(), true);
  assert.ok(!known.knows(about('web01', null)));
});

test("the real Nagios' file", { skip: peer('nagios4').skip }, async (t) => {
  const nagios = new NagiosDaemon(t);
  await nagios.start();
  const known = new KnownObjects(nagios.objectsCache);
  await known.refresh();
  assert.ok(known.knows(about('h1', 's1')) && known.knows(about('h2', null)));
  assert.ok(known.knows(about('127.0.0.1', 'fresh')));
  assert.ok(!known.knows(about('h3', 's1')) && !known.knows(about('h1', 's4')));
});

test('a file that comes in many pieces', async (t) => {
  const file = join(tempDir(t), 'objects.cache');
  const filler = Array.from({ length: 30 }, (_, n) => `\tkey${n}\tvalue ${n}\n`).join('');
  const blocks = Array.from({ length: 20_000 }, (_, n) => {
    const host = `host${Math.floor(n / 20)}`;
    return `define service {\n\thost_name\t${host}\n\tservice_description\ts${n % 20}\n${filler}\t}\n\n`;
  });
  writeFileSync(file, `define host {\n\thost_name\thost1\n\t}\n${blocks.join('')}`);
  const known = new KnownObjects(file);
  await known.refresh();
  assert.ok(known.knows(about('host999', 's19')) && !known.knows(about('host1000', 's0')));
});

test('a host without a name makes no other host known', async (t) => {
  const file = join(tempDir(t), 'objects.cache');
  writeFileSync(file, 'define host {\n\thost_name\t\n\t}\n');
  const known = new KnownObjects(file);
  await known.refresh();
  assert.ok(!known.knows(about('web01', null)));
});
