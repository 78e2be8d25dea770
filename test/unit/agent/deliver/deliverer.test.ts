import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Deliverer } from '../../../../agent/deliver/deliverer.ts';
import { NscaSender } from '../../../../agent/deliver/nsca-sender.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import { systemClock } from '../../../../platform/clock.ts';
import { Secret } from '../../../../platform/secret.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import { startShim } from '../../../../server-shim/shim.ts';
import { commandsOf } from '../../../support/external-commands.ts';
import { freePort } from '../../../support/free-port.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** A deliverer to 127.0.0.1 with an outbox of its own, running until the test ends. */
function deliverTo(t: TestContext, port: number, { password = 'secret', timeoutMs = 5_000 } = {}) {
  const database = openStore(path.join(tempDir(t), 'outbox.sqlite'), outboxSchema);
  const outbox = new OutboxReader(database, ['main']);
  const writer = new OutboxWriter(database);
  const logs = new LogList();
  const secret = new Secret(Buffer.from(password));
  const options = {
    host: '127.0.0.1',
    port,
    method: 14,
    password: secret,
    timeoutMs,
    lateNoticeSeconds: 0,
  } as const;
  const sender = new NscaSender(options, systemClock, logs.log);
  const deliverer = new Deliverer({
    receiver: 'main',
    sender,
    outbox,
    clock: systemClock,
    log: logs.log,
    random: () => 0,
  });
  const running = deliverer.run();
  const stop = (deadlineMs: number) => deliverer.stop(deadlineMs, running);
  t.after(async () => {
    await stop(0);
    database.close();
  });
  const submit = (...outputs: readonly string[]) => {
    for (const output of outputs) {
      writer.add({ host: 'h', service: 's', returnCode: 0, output, time: 1 });
    }
    writer.commit();
    deliverer.notify();
  };
  return { logs, outbox, submit, stop };
}

/** A real receiver that appends to a regular file. */
async function receive(t: TestContext, port = 0) {
  const folder = tempDir(t);
  const file = path.join(folder, 'commands');
  const sinks = [{ type: 'command-file', name: 'nagios', path: file, create: true }] as const;
  const logs = new LogList();
  const nsca = { address: '127.0.0.1', port, method: 14, password: Buffer.from('secret') } as const;
  const shim = await startShim(
    { stateDir: path.join(folder, 'state'), nsca, sinks },
    { log: logs.log, clock: systemClock },
  );
  t.after(() => shim.stop());
  const outputs = () =>
    existsSync(file)
      ? commandsOf(readFileSync(file, 'latin1')).map((command) => command.split(';')[4])
      : [];
  return {
    port: shim.ports.nsca,
    counters: shim.counters,
    outputs: (count: number) =>
      waitFor(`${count} results`, outputs, ({ length }) => length >= count),
  };
}

/** A server that is no receiver: it does with a connection what it is told. */
async function answerWith(t: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('results arrive in order, and leave the outbox', async (t) => {
  const receiver = await receive(t);
  const { submit, outbox, logs } = deliverTo(t, receiver.port);
  submit('1', '2');
  assert.deepEqual(await receiver.outputs(2), ['1', '2']);
  submit('3');
  assert.deepEqual(await receiver.outputs(3), ['1', '2', '3']);
  await waitFor('an empty outbox', () => outbox.waiting('main') === 0);
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
  assert.equal(outbox.waiting('main'), 1);
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
    assert.equal(outbox.waiting('main'), 1);
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

function isNotEmpty(list: readonly unknown[]): boolean {
  return list.length > 0;
}
