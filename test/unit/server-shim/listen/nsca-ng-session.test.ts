import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import { startShim } from '../../../../server-shim/shim.ts';
import { LogList } from '../../../support/log-list.ts';
import { identitiesOf, startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('a client whose requests are refused does not fill the log', async (t) => {
  const { listener, counters, logs } = await startNgListener(t);
  const client = await RawPskClient.connect(listener.port);
  t.after(() => client.socket.destroy());
  client.write(`MOIN 1 abcd\r\n${'BOGUS\r\n'.repeat(1_000)}QUIT\r\n`);
  await client.closed();
  assert.equal(counters.get('requests_refused'), 1_000);
  assert.equal(logs.of('NSCA_NG_REQUEST_REFUSED').length, 100);
});

describe('NSCA-ng: what a good client would not do', () => {
  const line = '[1700000000] PROCESS_SERVICE_CHECK_RESULT;h;s;0;fine\n';
  const push = `PUSH ${line.length}\r\n`;

  async function talk(t: TestContext, port: number, bytes: string): Promise<string> {
    const client = await RawPskClient.connect(port);
    t.after(() => client.socket.destroy());
    client.socket.end(Buffer.from(bytes, 'latin1'));
    await client.closed();
    return client.received.toString('latin1');
  }

  const table: readonly (readonly [string, string, string, number])[] = [
    [
      'everything in one write',
      `MOIN 1 abcd\r\n${push}${line}NOOP\r\n${push}${line}QUIT\r\n`,
      'MOIN 1\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\n',
      2,
    ],
    ['ping', 'PING 1\n', 'PONG 1\r\n', 0],
    ['no greeting', push, 'FAIL expected MOIN, PING or BAIL first\r\n', 0],
    ['bail', 'MOIN 1 abcd\nBAIL enough\nNOOP\n', 'MOIN 1\r\n', 0],
    [
      'an unknown word, then all is well',
      `HELO x\nMOIN 1 abcd\n${push}${line}`,
      'FAIL expected MOIN, PING, PUSH, NOOP, QUIT or BAIL\r\nMOIN 1\r\nOKAY\r\nOKAY\r\n',
      1,
    ],
    [
      'too much to push',
      'MOIN 1 ab\nPUSH 16385\n',
      'MOIN 1\r\nFAIL PUSH takes at most 16384 bytes\r\n',
      0,
    ],
    ['a line too long', `MOIN 1 ${'x'.repeat(3_000)}`, 'BAIL Request line too long\r\n', 0],
    [
      'no final newline',
      'MOIN 1 ab\nPUSH 5\n[1] A',
      'MOIN 1\r\nOKAY\r\nFAIL a command ends with a newline\r\n',
      0,
    ],
    [
      'two commands in one',
      `MOIN 1 ab\nPUSH ${2 * line.length}\n${line}${line}`,
      'MOIN 1\r\nOKAY\r\nFAIL expected one line: [unix time] COMMAND;arguments\r\n',
      0,
    ],
    [
      'a name that would break out',
      'MOIN 1 ab\nPUSH 38\n[1] PROCESS_HOST_CHECK_RESULT;h\x01;0;up\n',
      'MOIN 1\r\nOKAY\r\nFAIL the host name holds a control character 0x01: "h\\u0001"\r\n',
      0,
    ],
    ['data that breaks off', 'MOIN 1 ab\nPUSH 100\nabc', 'MOIN 1\r\nOKAY\r\n', 0],
  ];
  for (const [name, bytes, answers, count] of table) {
    test(name, async (t) => {
      const { listener, taken } = await startNgListener(t);
      assert.equal(await talk(t, listener.port, bytes), answers);
      assert.equal(taken.length, count);
    });
  }

  test('a quiet client is told so', async (t) => {
    const { listener, counters } = await startNgListener(t, { idleTimeoutMs: 200 });
    const client = await RawPskClient.connect(listener.port);
    client.write('MOIN 1 abcd\n');
    await client.closed();
    assert.equal(client.received.toString(), 'MOIN 1\r\nBAIL Connection timed out\r\n');
    assert.equal(counters.get('connections_idle'), 1);
  });

  test('results that come together share a sync, and are answered in their order', async (t) => {
    const folder = tempDir(t);
    const sink = {
      type: 'command-file',
      name: 'n',
      path: `${folder}/commands`,
      create: true,
    } as const;
    const nscaNg = { address: '127.0.0.1', port: 0, identities: identitiesOf({ name: 'web01' }) };
    const { log } = new LogList();
    const options = { stateDir: `${folder}/state`, nscaNg, sinks: [sink] };
    const shim = await startShim(options, { log, clock: systemClock });
    t.after(() => shim.stop());
    const bad = 'PUSH 5\r\n[1] A';
    const results = `${push}${line}`.repeat(100) + bad + `${push}${line}`.repeat(100);
    const answers = await talk(t, shim.ports.nscaNg, `MOIN 1 abcd\r\n${results}QUIT\r\n`);
    const okays = 'OKAY\r\n'.repeat(200);
    assert.equal(
      answers,
      `MOIN 1\r\n${okays}OKAY\r\nFAIL a command ends with a newline\r\n${okays}OKAY\r\n`,
    );
    assert.equal(shim.counters.get('results_accepted'), 200);
    const syncs = shim.counters.get('journal_syncs');
    assert.ok(syncs <= 10, `${syncs} syncs`);
  });

  test('a client that does not wait for answers is held back while the journal is busy', async (t) => {
    const backlogBytesMax = 50_000;
    const { listener, hold, release, taken } = await startNgListener(t, { backlogBytesMax });
    const client = await RawPskClient.connect(listener.port);
    t.after(() => client.socket.destroy());
    hold();
    client.write('MOIN 1 abcd\r\n');
    let written = 0;
    const piece = `${push}${line}`.repeat(1_000);
    while (client.socket.writableLength < 2_000_000) {
      client.write(piece);
      written += 1_000;
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.ok(written < 1_000_000, 'it was never held back');
    }
    assert.equal(taken.length, 0);
    const { backlogBytes } = listener;
    assert.ok(backlogBytes >= backlogBytesMax && backlogBytes < 2 * backlogBytesMax);
    release();
    const all = `MOIN 1\r\n${'OKAY\r\n'.repeat(2 * written)}`.length;
    await client.waitFor('all answers', (received) => received.length === all);
    assert.equal(taken.length, written);
  });
});
