import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import { Secret } from '../../platform/secret.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { NscaNgSender, type NscaNgSenderOptions } from '../../senders/nsca-ng-sender.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { ListStream, numberedResults, sendOnce } from '../support/list-stream.ts';
import { LogList } from '../support/log-list.ts';
import { startNscaNgDaemon } from '../support/nsca-ng-daemon.ts';
import { peer } from '../support/peers.ts';

const { skip } = peer('nsca-ng');
const tlsVersions = ['TLSv1.3', 'TLSv1.2'] as const;

function senderTo(t: TestContext, port: number, options: Partial<NscaNgSenderOptions> = {}) {
  const logs = new LogList();
  const stream = new ListStream([]);
  const password = new Secret(Buffer.from('secret'));
  const where = {
    host: '127.0.0.1',
    port,
    identity: 'web01',
    password,
    tlsMax: 'TLSv1.3' as const,
  };
  const sender = new NscaNgSender(
    { ...where, timeoutMs: 20_000, stream, ...options },
    { log: logs.log, clock: systemClock },
  );
  t.after(() => sender.close());
  return { sender, logs };
}

describe('nagtail → the real nsca-ng', { skip, concurrency: 2 }, () => {
  for (const tlsMax of tlsVersions) {
    test(`${tlsMax}: what results hold arrives, with the time at which they were made`, async (t) => {
      const daemon = await startNscaNgDaemon(t);
      const { sender, logs } = senderTo(t, daemon.port, { tlsMax });
      const time = 1_700_000_000;
      const results = [
        { host: 'web01', service: 'disk', returnCode: 2, output: 'a\nb \\ c|x=1;2', time },
        { host: 'web01', service: null, returnCode: 1, output: byteStringOf('Größe \xff'), time },
        { host: 'web01', service: 'empty', returnCode: 0, output: '', time },
        { host: 'web01', service: 'long', returnCode: 0, output: '\\'.repeat(9_000), time },
      ].map((result, index) => ({ seq: index + 1, result }));
      const progress = await sendOnce(sender, results);
      assert.equal(progress.through, 4);
      assert.deepEqual(progress.refusals, []);
      // More than a pipe takes in one piece goes through a file of its own.
      const commands = await daemon.waitForCommands(4);
      assert.deepEqual(commands.slice(0, 3), [
        'PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;a\\nb \\\\ c|x=1;2',
        `PROCESS_HOST_CHECK_RESULT;web01;1;${byteStringOf('Größe \xff')}`,
        'PROCESS_SERVICE_CHECK_RESULT;web01;empty;0; ',
      ]);
      assert.match(commands[3] ?? '', /^PROCESS_FILE;/);
      assert.match(daemon.reader.lines[0] ?? '', /^\[1700000000\] /);
      assert.equal(logs.of('RESULT_CUT').length, 1);
    });

    test(`${tlsMax}: 250 results, and again on the next call`, async (t) => {
      const daemon = await startNscaNgDaemon(t);
      const { sender } = senderTo(t, daemon.port, { tlsMax });
      const results = numberedResults(300);
      assert.equal((await sendOnce(sender, results.slice(0, 250))).through, 250);
      assert.equal((await sendOnce(sender, results.slice(250))).through, 300);
      const commands = await daemon.waitForCommands(300);
      const expected = results.map(
        ({ seq }) => `PROCESS_SERVICE_CHECK_RESULT;web01;s;0;number ${seq}`,
      );
      assert.deepEqual(commands, expected);
    });

    test(`${tlsMax}: what it refuses is told, the rest goes on`, async (t) => {
      const daemon = await startNscaNgDaemon(t, { services: 's@web01', hosts: 'web01' });
      const { sender } = senderTo(t, daemon.port, { tlsMax });
      const [first, second, third] = numberedResults(3);
      assert(first && second && third);
      const foreign = { ...second, result: { ...second.result, host: 'db01' } };
      const progress = await sendOnce(sender, [first, foreign, third]);
      assert.equal(progress.through, 3);
      assert.deepEqual(progress.refusals, [{ seq: 2, reason: "You're not authorized" }]);
      assert.equal((await daemon.waitForCommands(2)).length, 2);
    });

    const strangers: readonly (readonly [string, Partial<NscaNgSenderOptions>, RegExp])[] = [
      [
        'a wrong password',
        { password: new Secret(Buffer.from('wrong')) },
        /does not accept the password of identity web01/,
      ],
      ['an unknown identity', { identity: 'db01' }, /does not (know|accept).* identity db01/],
    ];
    for (const [name, options, message] of strangers) {
      test(`${tlsMax}: ${name}`, async (t) => {
        const daemon = await startNscaNgDaemon(t);
        const { sender } = senderTo(t, daemon.port, { ...options, tlsMax });
        await assert.rejects(sendOnce(sender, numberedResults(1)), (error) => {
          assert(error instanceof NagtailError);
          assert.equal(error.code, 'PEER_REFUSED', error.message);
          assert.match(error.message, message);
          return true;
        });
      });
    }
  }

  test('nagtail run: from a line in a log to the command file', async (t) => {
    const daemon = await startNscaNgDaemon(t, { services: 'ssh@web01' });
    const files = new AgentFiles(t, {
      port: daemon.port,
      protocol: 'nsca-ng',
      identity: 'web01',
    });
    const agent = files.start();
    await agent.record('READY');
    files.append(
      'report web01 ssh 2 gone',
      'report web01 mail 0 not allowed',
      'report web01 ssh 0 back',
    );
    assert.deepEqual(await daemon.waitForCommands(2), [
      'PROCESS_SERVICE_CHECK_RESULT;web01;ssh;2;gone',
      'PROCESS_SERVICE_CHECK_RESULT;web01;ssh;0;back',
    ]);
    const refused = await agent.record('RESULT_REFUSED');
    assert.match(String(refused['message']), /You're not authorized/);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });
});
