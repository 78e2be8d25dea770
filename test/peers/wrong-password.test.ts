import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { ShimFiles } from '../support/shim-files.ts';

const wrong: readonly (readonly [string, NscaMethod, string])[] = [
  ['a wrong password', 14, 'mistyped'],
  ['a wrong password with XOR', 1, 'mistyped'],
  ['another encryption method', 3, 'secret'],
];

for (const [name, method, password] of wrong) {
  test(`${name}: both ends say so, others go on, and nothing is lost`, async (t) => {
    const listening: NscaMethod = method === 1 ? 1 : 14;
    const shimFiles = new ShimFiles(t, { port: 0, method: listening });
    const shim = await shimFiles.start();
    const port = Number((await shim.record('LISTENING'))['port']);
    const bad = new AgentFiles(t, { port, method, password });
    const good = new AgentFiles(t, { port, method: listening });
    const badAgent = bad.start();
    await badAgent.record('READY');
    await good.start().record('READY');

    bad.append('report bad s 2 one', 'report bad s 2 two');
    const refusal = await badAgent.record('PEER_CLOSED_EARLY');
    assert.match(String(refusal['message']), /another password or encryption method/);
    const refused = await shim.record('NSCA_PACKET_REFUSED');
    assert.match(
      String(refused['message']),
      /from 127\.0\.0\.1:\d+: .*(?:wrong password or|looks like method 2 \(des\) or 3)/,
    );

    good.append('report good s 0 fine');
    const fine = 'PROCESS_SERVICE_CHECK_RESULT;good;s;0;fine';
    assert.deepEqual(await shimFiles.waitForCommands(1), [fine]);

    await badAgent.stop('SIGKILL');
    bad.configure({ port, method: listening });
    await bad.start().record('READY');
    assert.deepEqual(await shimFiles.waitForCommands(3), [
      fine,
      'PROCESS_SERVICE_CHECK_RESULT;bad;s;2;one',
      'PROCESS_SERVICE_CHECK_RESULT;bad;s;2;two',
    ]);
  });
}
