import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { ShimFiles } from '../support/shim-files.ts';

const identity = `[identity.testhost]
password = secret
hosts = web\\d+|mail
services = .*
`;

async function startBoth(t: TestContext) {
  const port = await freePort();
  const shim = new ShimFiles(t, { port, protocol: 'nsca-ng', sections: identity });
  const files = new AgentFiles(t, { port, protocol: 'nsca-ng' });
  return { shim, files, running: await shim.start() };
}

test('nagtail → nagtail-shim by nagtail/1: results, refusals, a receiver that comes back', async (t) => {
  const { shim, files, running } = await startBoth(t);
  const agent = files.start();
  await agent.record('READY');
  files.append(
    `report web01 ssh 2 ${byteStringOf('Größe')}|a=1;2;3`,
    'report db01 ssh 0 not allowed',
    'host mail 1 down',
    'long web02 disk 3 one / two',
  );
  const expected = [
    `PROCESS_SERVICE_CHECK_RESULT;web01;ssh;2;${byteStringOf('Größe')}|a=1;2;3`,
    'PROCESS_HOST_CHECK_RESULT;mail;1;down',
    'PROCESS_SERVICE_CHECK_RESULT;web02;disk;3;one\\ntwo',
  ];
  assert.deepEqual(await shim.waitForCommands(3), expected);
  const refused = await agent.record('RESULT_REFUSED');
  assert.match(String(refused['message']), /may not report for host "db01"/);
  const told = await running.record('RESULT_REFUSED');
  assert.equal(told['identity'], 'testhost');
  assert.equal(told['reason'], 'NOT_ALLOWED');

  await running.stop('SIGKILL');
  files.append('report web01 ssh 0 while the receiver was down');
  await agent.record('PEER_UNREACHABLE');
  await shim.start();
  assert.deepEqual(await shim.waitForCommands(4), [
    ...expected,
    'PROCESS_SERVICE_CHECK_RESULT;web01;ssh;0;while the receiver was down',
  ]);
  await agent.record('RECEIVER_BACK');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});

test('a wrong password is told at both ends, and costs nothing', async (t) => {
  const { files, running } = await startBoth(t);
  const port = Number((await running.record('LISTENING'))['port']);
  files.configure({ port, protocol: 'nsca-ng', password: 'wrong' });
  const agent = files.start();
  await agent.record('READY');
  files.append('report web01 ssh 0 fine');
  const failed = await agent.record('PEER_REFUSED');
  assert.match(String(failed['message']), /does not accept the password of identity testhost/);
  const refused = await running.record('TLS_REFUSED');
  assert.equal(refused['reason'], 'wrong-password');
  const logged = `${agent.stderr}${running.stderr}`;
  assert.doesNotMatch(logged, /password (= )?(secret|wrong)\b|"(secret|wrong)"/);
});
