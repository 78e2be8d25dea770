import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { byteStringOf } from '../../protocol/byte-string.ts';
import type { NscaNgListenerOptions } from '../../server-shim/listen/nsca-ng-listener.ts';
import { identitiesOf, startNgListener } from '../support/ng-listener.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';

const sendNsca = peer('send_nsca of nsca-ng');
const { skip } = sendNsca;

/** Runs the real client of NSCA-ng against a listener of ours. */
async function startReceiver(t: TestContext, options: Partial<NscaNgListenerOptions> = {}) {
  const receiver = await startNgListener(t, options);
  const folder = tempDir(t);
  let runs = 0;
  const send = async (
    input: string,
    {
      identity = 'web01',
      password = 'secret',
      args = [],
    }: { identity?: string; password?: string; args?: readonly string[] } = {},
  ) => {
    runs++;
    const config = path.join(folder, `send_nsca-${runs}.cfg`);
    writeFileSync(config, `identity = "${identity}"\npassword = "${password}"\n`);
    const port = String(receiver.listener.port);
    const given = ['-c', config, '-H', '127.0.0.1', '-p', port, '-S', ...args];
    const client = spawn(sendNsca.path, given, { stdio: ['pipe', 'ignore', 'pipe'] });
    client.stdin.end(Buffer.from(input, 'latin1'));
    const exited = once(client, 'exit');
    const said = (await client.stderr.toArray()).join('');
    const [code] = await exited;
    return { code, said };
  };
  return { ...receiver, send };
}

for (const tlsMax of ['TLSv1.3', 'TLSv1.2'] as const) {
  describe(`the real send_nsca of NSCA-ng → nagtail-shim, ${tlsMax}`, {
    skip,
    concurrency: 2,
  }, () => {
    test('services, hosts, long and empty outputs, bytes above 127', async (t) => {
      const { send, taken } = await startReceiver(t, { tlsMax });
      const umlauts = byteStringOf('Größe ✓');
      const sent = [
        'web01\tdisk\t2\tfull|used=99%;80;90',
        `web01\t${umlauts}\t1\t${umlauts} \xff`,
        'web01\t1\thost down',
        'web01\tlong\t3\tone\ntwo \\n three \\ four',
        'web01\tempty\t0\t',
        `web01\tlongest\t0\t${'x'.repeat(16_000)}`,
      ];
      const { code, said } = await send(sent.join('\x17'));
      assert.deepEqual([code, said], [0, '']);
      assert.deepEqual(
        taken.map(({ host, service, returnCode, output }) => [host, service, returnCode, output]),
        [
          ['web01', 'disk', 2, 'full|used=99%;80;90'],
          ['web01', umlauts, 1, `${umlauts} \xff`],
          ['web01', null, 1, 'host down'],
          ['web01', 'long', 3, 'one\ntwo \\n three \\ four'],
          ['web01', 'empty', 0, ''],
          ['web01', 'longest', 0, 'x'.repeat(16_000)],
        ],
      );
      const now = Date.now() / 1000;
      for (const { time } of taken) assert.ok(Math.abs((time ?? 0) - now) < 60);
    });

    test('raw commands keep their time', async (t) => {
      const { send, taken } = await startReceiver(t, { tlsMax });
      const { code } = await send(
        '[1700000000] PROCESS_SERVICE_CHECK_RESULT;h;s;1;a\\nb\n[1700000001] PROCESS_HOST_CHECK_RESULT;h;0;up\n',
        { args: ['-C'] },
      );
      assert.equal(code, 0);
      assert.deepEqual(taken, [
        { host: 'h', service: 's', returnCode: 1, output: 'a\nb', time: 1_700_000_000 },
        { host: 'h', service: null, returnCode: 0, output: 'up', time: 1_700_000_001 },
      ]);
    });

    test('external commands that the identity lists are given to Nagios, others are not', async (t) => {
      const commands = 'DISABLE_HOST_NOTIFICATIONS;web01|.*SVC_COMMENT;web01;.*';
      const identities = identitiesOf({ name: 'web01', commands });
      const { send, given, taken, logs } = await startReceiver(t, { tlsMax, identities });
      const now = Math.floor(Date.now() / 1000);
      const good = [
        `[${now}] DISABLE_HOST_NOTIFICATIONS;web01`,
        `[${now}] ADD_SVC_COMMENT;web01;disk;1;me;it \x1b[2J is full`,
      ];
      assert.deepEqual(await send(`${good.join('\n')}\n`, { args: ['-C'] }), { code: 0, said: '' });
      assert.deepEqual(given, [`${good[0]}\n`, `${good[1]?.replace('\x1b', ' ')}\n`]);
      for (const command of ['DISABLE_HOST_NOTIFICATIONS;db01', 'PROCESS_FILE;/etc/passwd;1']) {
        const { code, said } = await send(`[${now}] ${command}\n`, { args: ['-C'] });
        assert.equal(code, 1);
        assert.match(said, /FAIL (it may not give the command|nobody may give PROCESS_FILE)/);
      }
      assert.equal(given.length, 2);
      assert.deepEqual(taken, []);
      assert.equal(logs.of('COMMAND_GIVEN').length, 2);
      assert.equal(logs.of('COMMAND_REFUSED').length, 2);
    });

    test('100 results in one session, and none', async (t) => {
      const { send, taken, counters } = await startReceiver(t, { tlsMax });
      const lines = Array.from({ length: 100 }, (_, index) => `h\ts\t0\tresult ${index}`);
      assert.equal((await send(lines.join('\x17'))).code, 0);
      assert.deepEqual(
        taken.map(({ output }) => output),
        lines.map((_, index) => `result ${index}`),
      );
      assert.equal(counters.get('connections_accepted'), 1);
      assert.equal((await send('')).code, 0);
    });

    test('what an identity may not say is refused with its reason', async (t) => {
      const identities = identitiesOf({ name: 'web01', hosts: 'web\\d\\d', services: 'disk' });
      const { send, taken } = await startReceiver(t, { tlsMax, identities });
      for (const [input, reason] of [
        ['db01\tdisk\t0\tfine', 'it may not report for host "db01"'],
        ['web01x\tdisk\t0\tfine', 'it may not report for host "web01x"'],
        ['web01\tmail\t0\tfine', 'it may not report for service "mail"'],
      ] as const) {
        const { code, said } = await send(input);
        assert.equal(code, 1);
        assert.ok(said.includes(`FAIL ${reason}`), said);
      }
      const raw = await send('SHUTDOWN_PROGRAM\n', { args: ['-C'] });
      assert.equal(raw.code, 1);
      assert.deepEqual(taken, []);
      assert.equal((await send('web07\tdisk\t0\tfine')).code, 0);
      assert.equal(taken.length, 1);
    });

    test('a wrong password, an unknown identity; "*" lets strangers in', async (t) => {
      const named = await startReceiver(t, { tlsMax });
      assert.equal((await named.send('h\ts\t0\tx', { password: 'wrong' })).code, 1);
      assert.equal((await named.send('h\ts\t0\tx', { identity: 'db01' })).code, 1);
      assert.deepEqual(named.taken, []);
      assert.deepEqual(
        named.logs.of('TLS_REFUSED').map(({ fields }) => [fields['identity'], fields['reason']]),
        [
          ['web01', 'wrong-password'],
          ['db01', 'unknown-identity'],
        ],
      );
      const anybody = await startReceiver(t, { tlsMax, identities: identitiesOf({ name: '*' }) });
      assert.equal((await anybody.send('h\ts\t0\tx', { identity: 'db01' })).code, 0);
      assert.equal(
        (await anybody.send('h\ts\t0\tx', { identity: 'db01', password: 'no' })).code,
        1,
      );
      assert.equal(anybody.taken.length, 1);
    });

    test('a journal that takes nothing is no OKAY', async (t) => {
      const { send, taken, fail, heal } = await startReceiver(t, { tlsMax });
      fail();
      const { code, said } = await send('h\ts\t0\tx');
      assert.equal(code, 1);
      assert.match(said, /BAIL the disk is full/);
      heal();
      assert.equal((await send('h\ts\t0\tx')).code, 0);
      assert.equal(taken.length, 1);
    });
  });
}
