import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import {
  type CertifiedKey,
  issueCertificate,
} from '../../../../platform/certificates/issue-certificate.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';
import { ask, checkXml, encoded, startNrdpShim } from '../../../support/nrdp-shim.ts';
import { peer } from '../../../support/peers.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

const now = Date.now();
const threeYearsMs = 3 * 365 * 86_400_000;
const authority = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
const stranger = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
const server = await issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, authority, now);
const client = (name: string, ca = authority, nowMs = now) =>
  issueCertificate({ kind: 'client', name }, ca, nowMs);

const pem = (text: string) => Buffer.from(text);
const tls = { cert: pem(server.cert), key: pem(server.key) };
const form = encoded({ token: 'secret', cmd: 'submitcheck', xml: checkXml({}) });

/** Posts the form over HTTPS; gives the answer's text, or the code of what went wrong. */
function post(
  port: number,
  certified: Partial<CertifiedKey> = {},
  agent = new Agent({ keepAlive: false }),
): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/nrdp/', method: 'POST', agent };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = httpsRequest(
      { ...options, ...certified, headers, ca: authority.cert },
      (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve(body));
      },
    );
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end(form);
  });
}

/** Waits for a refused connection, and gives why it was refused. */
async function refusal({ logs }: Awaited<ReturnType<typeof startNrdpShim>>): Promise<unknown> {
  const [first] = await waitFor(
    'a refused connection',
    () => logs.of('NRDP_CONNECTION_REFUSED'),
    ({ length }) => length > 0,
  );
  assert.match(String(first?.fields['peer']), /^127\.0\.0\.1:\d+$/);
  return first?.fields['reason'];
}

const curlPeer = peer('curl');
const run = promisify(execFile);

async function curl(t: TestContext, port: number, ...args: readonly string[]): Promise<string> {
  const ca = join(tempDir(t), 'ca.crt');
  writeFileSync(ca, authority.cert);
  const url = `https://127.0.0.1:${port}/nrdp/`;
  const { stdout } = await run(curlPeer.path, [
    '--silent',
    '--show-error',
    '--cacert',
    ca,
    ...args,
    url,
  ]);
  return stdout;
}

test('curl sends by HTTPS, by POST and by GET', { skip: curlPeer.skip }, async (t) => {
  const { port, commands } = await startNrdpShim(t, { tls });
  const data = ['token=secret', 'cmd=submitcheck', `XMLDATA=${checkXml({ output: 'a&amp;b' })}`];
  const fields = data.flatMap((field) => ['--data-urlencode', field]);
  assert.match(await curl(t, port, '--fail', ...fields), /<output>1 checks processed<\/output>/);
  assert.match(await curl(t, port, '--fail', '--get', ...fields), /<status>0<\/status>/);
  const parts = data.flatMap((field) => ['--form-string', field]);
  assert.match(await curl(t, port, '--fail', ...parts), /<output>1 checks processed<\/output>/);
  assert.deepEqual(
    await commands(3),
    Array(3).fill('PROCESS_SERVICE_CHECK_RESULT;web01;Disk;1;a&b'),
  );
  // A body of more than a megabyte is announced first (Expect: 100-continue).
  const large = join(tempDir(t), 'large');
  writeFileSync(large, `xml=${'x'.repeat(1_200_000)}`);
  const status = await curl(t, port, '--data-binary', `@${large}`, '--write-out', '%{http_code}');
  assert.match(status, /larger than 1048576 bytes\n413$/);
});

test('plain HTTP on the HTTPS port is told from junk, and others are served', async (t) => {
  const shim = await startNrdpShim(t, { tls });
  await assert.rejects(ask(shim.port, { method: 'POST', path: '/nrdp/' }, form));
  assert.equal(await refusal(shim), 'plain-text');
  assert.match(await post(shim.port), /1 checks processed/);
  assert.equal(shim.counters.get('handshakes_failed'), 1);
});

test('a client that does not trust the certificate is named', {
  skip: curlPeer.skip,
}, async (t) => {
  const shim = await startNrdpShim(t, { tls });
  await assert.rejects(run(curlPeer.path, ['--silent', `https://127.0.0.1:${shim.port}/nrdp/`]), {
    code: 60,
  });
  assert.equal(await refusal(shim), 'not-trusted');
});

describe('with certificates of clients', () => {
  const identities = identitiesOf({ name: 'web01' }, { name: 'db01', password: 'other' });
  const both = { ...tls, clientCa: pem(authority.cert) };
  const start = (t: TestContext) => startNrdpShim(t, { tls: both, identities });

  test('the name in the certificate must be that of the identity', async (t) => {
    const shim = await start(t);
    assert.match(await post(shim.port, await client('web01')), /1 checks processed/);
    assert.match(await post(shim.port, await client('db01')), /<message>NOT AUTHENTICATED</);
    assert.equal(shim.logs.of('NRDP_REQUEST_REFUSED')[0]?.fields['reason'], 'certificate');
    assert.equal((await shim.commands(1)).length, 1);
  });

  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    test(`a session that is resumed knows the certificate, ${maxVersion}`, async (t) => {
      const shim = await start(t);
      // It keeps sessions, and offers them on its next connections.
      const agent = new Agent({ keepAlive: false, maxVersion });
      const own = await client('web01');
      for (let connection = 0; connection < 3; connection++) {
        assert.match(await post(shim.port, own, agent), /1 checks processed/);
      }
      assert.equal(shim.counters.get('connections_accepted'), 3);
    });
  }

  const strangers: readonly (readonly [string, () => Promise<Partial<CertifiedKey>>, string])[] = [
    ['none', async () => ({}), 'no-certificate'],
    ['one of another CA', () => client('web01', stranger), 'bad-certificate'],
    ['an expired one', () => client('web01', authority, now - threeYearsMs), 'expired'],
    ["the server's own", async () => server, 'bad-certificate'],
  ];
  for (const [name, certified, reason] of strangers) {
    test(`${name} does not let anybody in`, async (t) => {
      const shim = await start(t);
      const answer = await post(shim.port, await certified());
      assert.doesNotMatch(answer, /processed/);
      assert.equal(await refusal(shim), reason);
      assert.equal(shim.lines(), '');
    });
  }
});
