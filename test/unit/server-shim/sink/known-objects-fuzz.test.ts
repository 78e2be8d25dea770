import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KnownObjects } from '../../../../server-shim/sink/known-objects.ts';
import { damagedText, roundsOfRun, seededRandom } from '../../../support/seeded-random.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const good = `define timeperiod {
\ttimeperiod_name\t24x7
\t}

define host {
\thost_name\tweb01
\taddress\t192.0.2.1
\t}

define service {
\thost_name\tweb01
\tservice_description\tdisk space
\t}
`;

const pieces = [
  ...[
    '\n',
    '\t',
    '\t}',
    '}',
    '{',
    '\0',
    '\r',
    '\xff',
    'define host {\n',
    'define service {\n',
    'x'.repeat(70_000),
  ],
  ...[
    '\thost_name\tweb02\n',
    '\thost_name\t__proto__\n',
    '\tservice_description\tload\n',
    '\taddress\tweb01\n',
  ],
];

/** The names in a text, read in the plainest way: the whole of it at once. */
function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  let host: string | undefined;
  let service: string | undefined;
  let isInside = false;
  // What has no newline at its end is not whole yet.
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === 'define host {' || line === 'define service {') {
      isInside = true;
      host = service = undefined;
    } else if (isInside && line.trimStart() === '}') {
      if (host !== undefined) names.add(service === undefined ? host : `${host}\n${service}`);
      isInside = false;
    } else if (isInside && /^\thost_name\t[^\n\r\u2028\u2029]*$/.test(line)) {
      host = line.slice(11);
    } else if (isInside && /^\tservice_description\t[^\n\r\u2028\u2029]*$/.test(line)) {
      service = line.slice(21);
    }
  }
  return names;
}

test('whatever stands in an objects.cache: what is whole is known, and nothing else', {
  timeout: 3_600_000,
}, async (t) => {
  const random = seededRandom(t);
  const rounds = roundsOfRun(300);
  const file = join(tempDir(t), 'objects.cache');
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const text = damagedText(good.repeat(1 + random.below(3)), pieces, random);
    writeFileSync(file, text, 'latin1');
    // A new one each time: two files within a millisecond and of one length are the same to it.
    const known = new KnownObjects(file);
    await known.refresh();
    const about = (host: string, service: string | null) =>
      known.knows({ host, service, returnCode: 0, output: '', time: 0 });
    const names = namesIn(text);
    for (const name of names) {
      found++;
      const [host = '', service = null] = name.split('\n');
      assert.ok(about(host, service), JSON.stringify({ host, service }));
    }
    for (const name of ['toString', '24x7']) {
      const isThere = [...names].some((found) => found.split('\n')[0] === name);
      assert.equal(about(name, null), isThere, name);
    }
  }
  assert.ok(found > rounds / 2, `only ${found} names were found`);
});
