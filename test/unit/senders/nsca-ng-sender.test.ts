import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../platform/clock.ts';
import { NagtailError } from '../../../platform/errors.ts';
import { Secret } from '../../../platform/secret.ts';
import { rowChecksum } from '../../../protocol/batch/result-row.ts';
import { NscaNgSender, type NscaNgSenderOptions } from '../../../senders/nsca-ng-sender.ts';
import { ListStream, numberedResults, sendOnce } from '../../support/list-stream.ts';
import { LogList } from '../../support/log-list.ts';
import { identitiesOf, startNgListener } from '../../support/ng-listener.ts';
import { waitFor } from '../../support/wait-for.ts';

function senderTo(t: TestContext, port: number, options: Partial<NscaNgSenderOptions> = {}) {
  const logs = new LogList();
  const stream = new ListStream(numberedResults(10_000));
  const password = new Secret(Buffer.from('secret'));
  const tlsMax = 'TLSv1.3';
  const sender = new NscaNgSender(
    {
      host: '127.0.0.1',
      port,
      identity: 'web01',
      password,
      tlsMax,
      timeoutMs: 10_000,
      stream,
      ...options,
    },
    { log: logs.log, clock: systemClock },
  );
  t.after(() => sender.close());
  return { sender, logs, stream };
}

for (const tlsMax of ['TLSv1.3', 'TLSv1.2'] as const) {
  test(`${tlsMax}: results arrive with number and time; the connection is used again`, async (t) => {
    const { listener, taken, counters } = await startNgListener(t);
    const { sender, stream } = senderTo(t, listener.port, { tlsMax });
    for (const end of [3, 2_500, 10_000]) {
      const from = taken.length;
      const progress = await sendOnce(sender, stream.results.slice(from, end));
      assert.equal(progress.through, end);
      assert.deepEqual(progress.refusals, []);
      assert.equal(taken.length, end);
    }
    const expected = stream.results.map(({ seq, result }) => {
      const checksum = rowChecksum({ seq, result });
      return { ...result, id: { stream: 'stream-1@web01', seq, checksum } };
    });
    assert.deepEqual(taken, expected);
    assert.equal(counters.get('connections_accepted'), 1);
  });
}

test('what is refused comes back with its reason, and the rest goes on', async (t) => {
  const identities = identitiesOf({ name: 'web01', hosts: 'web01', services: 's|t' });
  const { listener, taken } = await startNgListener(t, { identities });
  const { sender } = senderTo(t, listener.port);
  const results = numberedResults(5).map((queued) => {
    const { seq, result } = queued;
    if (seq === 2) return { seq, result: { ...result, host: 'db01' } };
    if (seq === 4) return { seq, result: { ...result, service: 'ü;' } };
    return queued;
  });
  const progress = await sendOnce(sender, results);
  assert.equal(progress.through, 5);
  assert.deepEqual(
    taken.map(({ id }) => id?.seq),
    [1, 3, 5],
  );
  assert.deepEqual(
    progress.refusals.map(({ seq }) => seq),
    [2, 4],
  );
  assert.match(progress.refusals[0]?.reason ?? '', /may not report for host "db01"/);
});

test('a long output is cut, a name that is too long is refused here', async (t) => {
  const { listener, taken } = await startNgListener(t);
  const { sender, logs } = senderTo(t, listener.port);
  const [first, second, third] = numberedResults(3);
  assert(first && second && third);
  const progress = await sendOnce(sender, [
    { ...first, result: { ...first.result, output: 'x'.repeat(70_000) } },
    { ...second, result: { ...second.result, service: 'y'.repeat(2_000) } },
    { ...third, result: { ...third.result, host: 'z'.repeat(2_000) } },
  ]);
  assert.deepEqual(
    taken.map(({ output }) => output.length),
    [65_535],
  );
  assert.equal(progress.through, 1);
  assert.deepEqual(
    progress.refusals.map(({ seq }) => seq),
    [2, 3],
  );
  assert.equal(logs.of('RESULT_CUT').length, 1);
});

test('what the receiver knows already is not sent again', async (t) => {
  const { listener, streams, taken } = await startNgListener(t);
  streams.note({ stream: 'stream-1@web01', seq: 90 });
  const { sender, stream } = senderTo(t, listener.port);
  const progress = await sendOnce(sender, stream.results.slice(0, 100));
  assert.equal(progress.through, 100);
  assert.equal(taken[0]?.id?.seq, 91);
  assert.equal(taken.length, 10);
});

test('a receiver that knows more than was ever made here gets a new stream', async (t) => {
  const { listener, streams, taken } = await startNgListener(t);
  streams.note({ stream: 'stream-1@web01', seq: 10_001 });
  const { sender, stream, logs } = senderTo(t, listener.port);
  const progress = await sendOnce(sender, stream.results.slice(0, 5));
  assert.equal(progress.through, 5);
  assert.equal(taken.length, 5);
  assert.equal(taken[0]?.id?.stream, 'stream-1-renewed@web01');
  assert.match(logs.of('STREAM_RENEWED')[0]?.message ?? '', /up to number 10001, but 10000/);
});

test('a receiver that has another result under one of our numbers gets a new stream', async (t) => {
  const { listener, taken } = await startNgListener(t);
  const first = senderTo(t, listener.port);
  await sendOnce(first.sender, first.stream.results.slice(0, 50));
  // A snapshot of the machine at number 40, which has made other results since.
  const others = numberedResults(60, 41).map(({ seq, result }) => {
    return { seq, result: { ...result, output: `other ${seq}` } };
  });
  const stream = new ListStream([...numberedResults(40), ...others]);
  const { sender, logs } = senderTo(t, listener.port, { stream });
  assert.equal((await sendOnce(sender, others)).through, 100);
  assert.deepEqual(
    taken.slice(50).map(({ output }) => output),
    others.map(({ result }) => result.output),
  );
  assert.match(logs.of('STREAM_RENEWED')[0]?.message ?? '', /number 50 is another result/);
});

test('a connection that the receiver closed meanwhile is replaced', async (t) => {
  const { listener, taken, counters } = await startNgListener(t, { idleTimeoutMs: 100 });
  const { sender, stream } = senderTo(t, listener.port);
  await sendOnce(sender, stream.results.slice(0, 1));
  sender.close();
  await sendOnce(sender, stream.results.slice(1, 2));
  assert.equal(taken.length, 2);
  assert.equal(counters.get('connections_accepted'), 2);
});

test('two senders of the same stream: the later one takes over, nothing is taken twice', async (t) => {
  const { listener, taken, hold, release } = await startNgListener(t);
  const first = senderTo(t, listener.port);
  const second = senderTo(t, listener.port);
  hold();
  const sending = sendOnce(first.sender, first.stream.results.slice(0, 3_000));
  const failed = assert.rejects(sending, (error) => {
    assert(error instanceof NagtailError);
    assert.match(error.message, /\(replaced\).*copy of this state_dir/);
    return true;
  });
  await waitFor('the first to be inside', () => first.sender !== undefined);
  const other = sendOnce(second.sender, second.stream.results.slice(0, 4_000));
  release();
  await Promise.race([failed, other]);
  assert.equal((await other).through, 4_000);
  assert.deepEqual(
    taken.map(({ id }) => id?.seq),
    second.stream.results.slice(0, 4_000).map(({ seq }) => seq),
  );
  await Promise.allSettled([failed]);
});

const refusals: readonly (readonly [string, Partial<NscaNgSenderOptions>, string, RegExp])[] = [
  [
    'a wrong password',
    { password: new Secret(Buffer.from('wrong')) },
    'PEER_REFUSED',
    /password of identity web01/,
  ],
  [
    'an unknown identity',
    { identity: 'db01' },
    'PEER_REFUSED',
    /does not (know|accept).*identity db01/,
  ],
];
for (const [name, options, code, message] of refusals) {
  for (const tlsMax of ['TLSv1.3', 'TLSv1.2'] as const) {
    test(`${name}, ${tlsMax}`, async (t) => {
      const { listener, logs, taken } = await startNgListener(t);
      const { sender, stream } = senderTo(t, listener.port, { ...options, tlsMax });
      await assert.rejects(sendOnce(sender, stream.results.slice(0, 1)), (error) => {
        assert(error instanceof NagtailError);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(taken, []);
      const [refused] = await waitFor(
        'the listener to tell',
        () => logs.of('TLS_REFUSED'),
        ({ length }) => length > 0,
      );
      assert.match(
        refused?.message ?? '',
        /"(web|db)01" at 127\.0\.0\.1:\d+: (wrong password|no such identity)/,
      );
    });
  }
}
