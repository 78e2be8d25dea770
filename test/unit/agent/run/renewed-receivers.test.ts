import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type CertifiedKey,
  issueCertificate,
} from '../../../../platform/certificates/issue-certificate.ts';
import { AgentFiles } from '../../../support/agent-files.ts';
import { identitiesOf, startNgListener } from '../../../support/ng-listener.ts';
import { startNrdpShim } from '../../../support/nrdp-shim.ts';
import type { Program } from '../../../support/program.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** Sends SIGHUP and waits for a further record of this code. */
async function reload(agent: Program, code: string): Promise<string> {
  const before = agent.records(code).length;
  agent.kill('SIGHUP');
  const records = await waitFor(
    `a record ${code}`,
    () => agent.records(code),
    ({ length }) => length > before,
  );
  return String(records.at(-1)?.['message']);
}

function keep(files: AgentFiles, { cert, key }: CertifiedKey): void {
  writeFileSync(path.join(files.folder, 'agent.crt'), cert);
  writeFileSync(path.join(files.folder, 'agent.key'), key);
}

/** A receiver that asks for certificates, and what an agent needs to report to it. */
async function startWithCertificates(t: TestContext) {
  const now = Date.now();
  const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
  const server = await issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, ca, now);
  const pem = (text: string) => Buffer.from(text);
  const shim = await startNrdpShim(t, {
    identities: identitiesOf({ name: 'testhost' }),
    tls: { cert: pem(server.cert), key: pem(server.key), clientCa: pem(ca.cert) },
  });
  const receivers = `[receiver.main]
protocol = nrdp
url = https://127.0.0.1:${shim.port}/nrdp/
token = secret
tls_ca = ca.crt
tls_cert = agent.crt
tls_key = agent.key
`;
  const files = new AgentFiles(t, { receivers });
  writeFileSync(path.join(files.folder, 'ca.crt'), ca.cert);
  const client = (name: string) => issueCertificate({ kind: 'client', name }, ca, now);
  return { shim, files, client };
}

test('a renewed client certificate is taken at SIGHUP, and what waited is delivered', async (t) => {
  const { shim, files, client } = await startWithCertificates(t);
  keep(files, await client('somebody-else'));
  const agent = files.start();
  await agent.record('READY');
  files.append('report testhost disk 2 full');
  const isRefused = () => shim.counters.get('requests_refused') > 0;
  await waitFor('a refusal', isRefused);
  keep(files, await client('testhost'));
  assert.match(await reload(agent, 'RECEIVERS_RENEWED'), /what the configuration says of main/);
  assert.deepEqual(await shim.commands(1), ['PROCESS_SERVICE_CHECK_RESULT;testhost;disk;2;full']);
  assert.equal((await agent.stop()).code, 0);
});

test('a changed password is; what needs a restart, and what is wrong, is told', async (t) => {
  const identities = identitiesOf({ name: 'testhost', password: 'changed' });
  const { listener, taken, counters } = await startNgListener(t, { identities });
  const options = { protocol: 'nsca-ng', port: listener.port, identity: 'testhost' } as const;
  const files = new AgentFiles(t, { ...options, password: 'before' });
  const agent = files.start();
  await agent.record('READY');
  files.append('report testhost disk 2 full');
  const isRefused = () => counters.get('handshakes_failed') > 0;
  await waitFor('a refusal', isRefused);
  files.configure({ ...options, password: 'changed', settings: ['bogus = 1'] });
  assert.match(await reload(agent, 'CONFIG_KEPT'), /cannot be used/);
  assert.match(
    String(agent.records('CONFIG_PROBLEM')[0]?.['message']),
    /nagtail.ini:\d+: unknown key/,
  );
  files.configure({ ...options, password: 'changed' });
  await reload(agent, 'RECEIVERS_RENEWED');
  await waitFor('the result', () => taken.length === 1);
  // Only now something else is another, too.
  assert.deepEqual(agent.records('RESTART_NEEDED'), []);
  files.configure({ ...options, password: 'changed', settings: ['heartbeat_interval = 60'] });
  await reload(agent, 'RESTART_NEEDED');
  files.append('report testhost disk 0 fine');
  await waitFor('a second result', () => taken.length === 2);
  assert.equal((await agent.stop()).code, 0);
});
