import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../support/free-port.ts';
import { LogList } from '../../../support/log-list.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  answerWith,
  deliver,
  deliverTo,
  isNotEmpty,
  nscaSenders,
  receive,
} from './deliver-fixture.ts';

test('results arrive in order, and leave the outbox', async (t) => {
  const receiver = await receive(t);
  const { submit, outbox, logs } = deliverTo(t, receiver.port);
  submit('1', '2');
  assert.deepEqual(await receiver.outputs(2), ['1', '2']);
  submit('3');
  assert.deepEqual(await receiver.outputs(3), ['1', '2', '3']);
  await waitFor('an empty outbox', () => outbox.waiting('main').results === 0);
  assert.equal(logs.of('RESULTS_SENT').length, 2);
});

test('what waits already is delivered, a hundred a connection', async (t) => {
  const port = await freePort();
  const { submit } = deliverTo(t, port);
  const many = Array.from({ length: 250 }, (_, index) => String(index));
  submit(...many);
  const receiver = await receive(t, port);
  assert.deepEqual(await receiver.outputs(250), many);
  assert.equal(receiver.counters.get('connections_accepted'), 3);
});

test('trouble is told once when it begins, and once when it is over', async (t) => {
  const port = await freePort();
  const { submit, logs } = deliverTo(t, port);
  submit('1');
  await waitFor('a second attempt', () =>
    logs.of('PEER_UNREACHABLE').some(({ fields }) => fields['attempts'] === 2),
  );
  const levels = logs.of('PEER_UNREACHABLE').map(({ level }) => level);
  assert.deepEqual(levels, ['warn', 'debug']);
  const [first] = logs.records;
  assert.equal(
    first?.message,
    `cannot deliver to receiver main (nsca://127.0.0.1:${port}): connection refused: nothing listens there; results wait in the outbox`,
  );
  const receiver = await receive(t, port);
  assert.deepEqual(await receiver.outputs(1), ['1']);
  const [back] = await waitFor('RECEIVER_BACK', () => logs.of('RECEIVER_BACK'), isNotEmpty);
  assert.equal(back?.fields['receiver'], 'main');
});

test('a wrong password: refused, told, and kept', async (t) => {
  const receiver = await receive(t);
  const { submit, logs, outbox } = deliverTo(t, receiver.port, { password: 'mistyped' });
  submit('1');
  const [refusal] = await waitFor('a refusal', () => logs.of('PEER_CLOSED_EARLY'), isNotEmpty);
  assert.match(
    refusal?.message ?? '',
    /most often another password or encryption method than here \(method 14, rijndael-128\)/,
  );
  assert.ok(!JSON.stringify(logs.records).includes('mistyped'));
  assert.equal(outbox.waiting('main').results, 1);
});

const strangers: readonly (readonly [string, (socket: Socket) => void, string, RegExp])[] = [
  ['one that says nothing', () => {}, 'PEER_TIMEOUT', /no answer within 0\.2 s \(timeout\)/],
  [
    'one that closes at once',
    (socket) => socket.end(),
    'PEER_CLOSED_EARLY',
    /closed the connection before its init packet/,
  ],
  [
    'one that resets',
    (socket) => socket.resetAndDestroy(),
    'PEER_UNREACHABLE',
    /connection reset by the other side/,
  ],
  [
    'a web server',
    (socket) => socket.end(`HTTP/1.1 400 Bad Request\r\n\r\n${'x'.repeat(200)}`),
    'PEER_PROTOCOL',
    /does not speak NSCA/,
  ],
  [
    'one that never reads',
    (socket) => socket.write(Buffer.alloc(132)),
    'PEER_TIMEOUT',
    /no answer within/,
  ],
];

for (const [name, answer, code, message] of strangers) {
  test(`the other side is ${name}`, async (t) => {
    const port = await answerWith(t, answer);
    const { submit, logs, outbox } = deliverTo(t, port, { timeoutMs: 200 });
    submit('1');
    const [record] = await waitFor('a failure', () => logs.records, isNotEmpty);
    assert.equal(record?.code, code);
    assert.match(record?.message ?? '', message);
    assert.equal(outbox.waiting('main').results, 1);
  });
}

test('stopping delivers what waits although a pause was on', async (t) => {
  const port = await freePort();
  const { submit, logs, stop } = deliverTo(t, port);
  submit('1', '2');
  await waitFor('a failure', () => logs.of('PEER_UNREACHABLE'), isNotEmpty);
  const receiver = await receive(t, port);
  assert.equal(await stop(5_000), 0);
  assert.deepEqual(await receiver.outputs(2), ['1', '2']);
});

test('stopping ends at its deadline, and says what is left', async (t) => {
  const port = await answerWith(t, () => {});
  const { submit, stop } = deliverTo(t, port, { timeoutMs: 60_000 });
  submit('1', '2');
  assert.equal(await stop(100), 2);
});

test('stopping with nothing to do ends at once', async (t) => {
  const { stop } = deliverTo(t, await freePort());
  assert.equal(await stop(60_000), 0);
});

test('of several addresses of the receiver the one that listens gets the results', async (t) => {
  const receiver = await receive(t, 0, '::1');
  const logs = new LogList();
  const tried: string[] = [];
  const resolve = async (host: string) => {
    tried.push(host);
    return ['127.0.0.1', '::1'];
  };
  const options = { host: 'nagios.example.com', port: receiver.port, resolve };
  const { submit, delivery } = deliver(t, nscaSenders(logs, { main: options }), { logs });
  submit('1');
  assert.deepEqual(await receiver.outputs(1), ['1']);
  submit('2');
  assert.deepEqual(await receiver.outputs(2), ['1', '2']);
  assert.deepEqual(tried, ['nagios.example.com', 'nagios.example.com']);
  assert.equal(
    delivery.status().receivers[0]?.target,
    `nsca://nagios.example.com:${receiver.port}`,
  );
});

test('after an outage the text says how late a result is', async (t) => {
  const receiver = await receive(t);
  const logs = new LogList();
  const options = { port: receiver.port, lateNoticeSeconds: 60 };
  const { add } = deliver(t, nscaSenders(logs, { main: options }), { logs });
  const now = Math.floor(Date.now() / 1_000);
  const result = { host: 'h', service: 's', returnCode: 0, output: 'failed|n=1' };
  add({ ...result, time: now - 750 }, { ...result, time: now });
  const [late = '', inTime] = await receiver.outputs(2);
  assert.match(
    late,
    /^failed \(nagtail: 12 min late, from 2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d\)\|n=1$/,
  );
  assert.equal(inTime, 'failed|n=1');
});

test('several receivers: one that is down does not hold up another, and gets all later', async (t) => {
  const port = await freePort();
  const works = await receive(t);
  const logs = new LogList();
  const { submit, delivery } = deliver(t, nscaSenders(logs, { down: { port }, works }), { logs });
  submit('1', '2');
  assert.deepEqual(await works.outputs(2), ['1', '2']);
  await waitFor('a failure', () => logs.of('PEER_UNREACHABLE'), isNotEmpty);
  const seen = () =>
    delivery.status().receivers.map(({ name, sent, waiting }) => [name, sent, waiting.results]);
  await waitFor('an empty queue of one', () => seen()[1]?.[2] === 0);
  assert.deepEqual(seen(), [
    ['down', 0, 2],
    ['works', 2, 0],
  ]);
  const down = await receive(t, port);
  assert.deepEqual(await down.outputs(2), ['1', '2']);
});
