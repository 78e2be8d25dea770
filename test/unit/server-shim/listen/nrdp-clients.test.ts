import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { exchange } from '../../../support/exchange.ts';
import { startNrdpShim } from '../../../support/nrdp-shim.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/nrdp');

/** A request of a fixture, as it is on the wire; the server closes behind it. */
function recorded(name: string): string {
  const text = readFileSync(path.join(fixtures, name), 'latin1');
  const end = text.indexOf('\n\n');
  const body = text.slice(end + 2);
  const head = text
    .slice(0, end)
    .replace('@LENGTH@', String(body.length))
    .replace(/\nConnection: .*/, '');
  return `${head}\nConnection: close`.replaceAll('\n', '\r\n').concat('\r\n\r\n', body);
}

describe('the real clients', () => {
  const clients: Readonly<Record<string, readonly string[] | string>> = {
    'send_nrdp-sh-service': [
      // What is not encoded arrives as it can: a plus is a blank.
      'PROCESS_SERVICE_CHECK_RESULT;web01;Disk space;1;WARNING: 85% used, 1 1|/=85%;80;90',
    ],
    'send_nrdp-sh-host': ['PROCESS_HOST_CHECK_RESULT;web01;1;down'],
    'send_nrdp-sh-ampersand': 'BAD XML',
    'send_nrdp-php': [
      'PROCESS_SERVICE_CHECK_RESULT;web01;Web;2;GET /?a=1&b=2 <failed> 50% + "x"',
      'PROCESS_HOST_CHECK_RESULT;web02;0;up\\n2nd line',
    ],
    'send_nrdp-py': ['PROCESS_SERVICE_CHECK_RESULT;web01;Load;0;OK'],
    ncpa: [
      "PROCESS_HOST_CHECK_RESULT;web01;0;OK: agent_version was ['2.4.1']",
      "PROCESS_SERVICE_CHECK_RESULT;web01;CPU Usage;1;WARNING: Percent was 12.30 %,15.20 % | 'percent_0'=12.30%;10;20; ",
    ],
    json: [
      `PROCESS_SERVICE_CHECK_RESULT;web01;${byteStringOf('Größe')};1;${byteStringOf('läuft')}`,
    ],
  };
  test('all fixtures are tried', () => {
    const files = readdirSync(fixtures).filter((name) => name !== 'README.md');
    assert.deepEqual(files.sort(), Object.keys(clients).sort());
  });
  for (const [name, expected] of Object.entries(clients)) {
    test(name, async (t) => {
      const { port, commands, lines } = await startNrdpShim(t);
      const answer = await exchange(port, recorded(name));
      assert.match(answer, /^HTTP\/1.1 200 /);
      if (typeof expected === 'string') {
        assert.match(answer, new RegExp(`<status>-1</status>\n.*<message>${expected}</message>`));
        assert.equal(lines(), '');
        return;
      }
      assert.ok(answer.includes(`${expected.length} checks processed`), answer);
      assert.deepEqual(await commands(expected.length), expected);
    });
  }
});
