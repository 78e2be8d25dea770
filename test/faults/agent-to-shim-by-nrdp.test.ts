import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { issueCertificate } from '../../platform/certificates/issue-certificate.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';

test('nagtail → nagtail-shim by NRDP over HTTPS: results, refusals, a receiver that comes back', async (t) => {
  const folder = tempDir(t);
  const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, Date.now());
  const server = await issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, ca, Date.now());
  const own = await issueCertificate({ kind: 'client', name: 'testhost' }, ca, Date.now());
  const files = { 'ca.crt': ca.cert, 'shim.crt': server.cert, 'shim.key': server.key };
  for (const [name, text] of Object.entries({
    ...files,
    'own.crt': own.cert,
    'own.key': own.key,
  })) {
    writeFileSync(join(folder, name), text);
  }
  const port = await freePort();
  const sections = `tls_cert = ${folder}/shim.crt
tls_key = ${folder}/shim.key
tls_client_ca = ${folder}/ca.crt
[identity.testhost]
password = hidden-token
hosts = web\\d+|mail
services = .*
`;
  const shim = new ShimFiles(t, { port, protocol: 'nrdp', sections });
  const running = await shim.start();
  const agentFiles = new AgentFiles(t, {
    receivers: `[receiver.main]
protocol = nrdp
url = https://127.0.0.1:${port}/nrdp/
token = hidden-token
tls_ca = ${folder}/ca.crt
tls_cert = ${folder}/own.crt
tls_key = ${folder}/own.key
late_notice = 0
`,
  });
  const agent = agentFiles.start();
  await agent.record('READY');
  agentFiles.append(
    `report web01 ssh 2 ${byteStringOf('Größe')} <a&b>|a=1;2;3`,
    'report db01 ssh 0 not allowed',
    'host mail 1 down',
    'long web02 disk 3 one / two',
  );
  const expected = [
    `PROCESS_SERVICE_CHECK_RESULT;web01;ssh;2;${byteStringOf('Größe')} <a&b>|a=1;2;3`,
    'PROCESS_HOST_CHECK_RESULT;mail;1;down',
    'PROCESS_SERVICE_CHECK_RESULT;web02;disk;3;one\\ntwo',
  ];
  assert.deepEqual(await shim.waitForCommands(3), expected);
  const refused = await agent.record('RESULT_REFUSED');
  assert.match(String(refused['message']), /may not report for host "db01"/);

  await running.stop('SIGKILL');
  agentFiles.append('report web01 ssh 0 while the receiver was down');
  await agent.record('PEER_UNREACHABLE');
  const again = await shim.start();
  assert.deepEqual(await shim.waitForCommands(4), [
    ...expected,
    'PROCESS_SERVICE_CHECK_RESULT;web01;ssh;0;while the receiver was down',
  ]);
  await agent.record('RECEIVER_BACK');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  const logged = `${agent.stderr}${running.stderr}${again.stderr}`;
  assert.ok(!logged.includes('hidden-token'));
});
