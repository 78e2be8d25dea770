import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sender } from '../../../../senders/sender.ts';
import { freePort } from '../../../support/free-port.ts';
import { LogList } from '../../../support/log-list.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { answerWith, deliver, isNotEmpty, nscaSenders, receive } from './deliver-fixture.ts';

const failover = { mode: 'failover' } as const;

test('the first receiver gets everything while it works', async (t) => {
  const logs = new LogList();
  const [main, backup] = [await receive(t), await receive(t)];
  const senders = nscaSenders(logs, { main, backup });
  const { submit, outbox, delivery } = deliver(t, senders, { ...failover, logs });
  submit('1', '2');
  assert.deepEqual(await main.outputs(2), ['1', '2']);
  submit('3');
  assert.deepEqual(await main.outputs(3), ['1', '2', '3']);
  await waitFor('an empty outbox', () => outbox.waiting('').results === 0);
  assert.equal(backup.counters.get('connections_accepted'), 0);
  assert.deepEqual(
    delivery.status().receivers.map(({ name, sent, active }) => [name, sent, active]),
    [
      ['main', 3, true],
      ['backup', 0, false],
    ],
  );
  assert.deepEqual(logs.of('RECEIVER_SWITCHED'), []);
});

test('when it fails the next one takes over; when it works again, it is the first again', async (t) => {
  const logs = new LogList();
  const port = await freePort();
  const backup = await receive(t);
  const senders = nscaSenders(logs, { main: { port }, backup });
  const { submit, outbox, delivery } = deliver(t, senders, { ...failover, logs });
  submit('1');
  assert.deepEqual(await backup.outputs(1), ['1']);
  submit('2');
  assert.deepEqual(await backup.outputs(2), ['1', '2']);

  const main = await receive(t, port);
  await waitFor('a probe', () => main.counters.get('connections_accepted') > 0);
  await waitFor('main to be first', () => {
    submit('again');
    return main.counters.get('results_accepted') > 0;
  });
  await waitFor('an empty outbox', () => outbox.waiting('').results === 0);
  const atBackup = (await backup.outputs(2)).length;
  const atMain = (await main.outputs(1)).length;
  const { receivers } = delivery.status();
  assert.deepEqual(
    receivers.map(({ sent, active }) => [sent, active]),
    [
      [atMain, true],
      [atBackup, false],
    ],
  );

  assert.deepEqual(
    logs.of('RECEIVER_SWITCHED').map(({ level, message }) => [level, message]),
    [
      [
        'warn',
        'results go to receiver backup now, no longer to main: connection refused: nothing listens there',
      ],
      ['info', 'results go to receiver main again, no longer to backup'],
    ],
  );
  const troubles = logs.of('PEER_UNREACHABLE').filter(({ level }) => level === 'warn');
  assert.deepEqual(
    troubles.map(({ message }) => message),
    [
      `receiver main (nsca://127.0.0.1:${port}) takes no results: connection refused: nothing listens there`,
    ],
  );
});

test('a first receiver that hangs is given up once, and looked after in the background', async (t) => {
  const logs = new LogList();
  let connections = 0;
  const port = await answerWith(t, () => connections++);
  const backup = await receive(t);
  const senders = nscaSenders(logs, { main: { port, timeoutMs: 300 }, backup });
  const { submit, delivery } = deliver(t, senders, { ...failover, logs });
  for (let number = 1; number <= 20; number++) {
    submit(String(number));
    await backup.outputs(number);
  }
  const [main, other] = await waitFor(
    'all to be answered',
    () => delivery.status().receivers,
    ([, second]) => second?.sent === 20,
  );
  assert.deepEqual([main?.attempts, main?.failures, main?.sent], [1, 1, 0]);
  assert.equal(other?.failures, 0);
  assert.equal(main?.trouble?.code, 'PEER_TIMEOUT');
  await waitFor('a second look', () => connections >= 2);
});

test('one that greets and then refuses is not taken for one that works', async (t) => {
  const logs = new LogList();
  const main = await receive(t);
  const backup = await receive(t);
  const senders = nscaSenders(logs, { main: { port: main.port, method: 3 }, backup });
  const { submit } = deliver(t, senders, { ...failover, logs });
  submit('1');
  await backup.outputs(1);
  await waitFor('a probe that finds it', () => main.counters.get('connections_accepted') >= 2);
  submit('2');
  await backup.outputs(2);
  const warnings = logs.records.filter(({ level }) => level === 'warn');
  assert.deepEqual(
    warnings.map(({ code }) => code).filter((code) => !code.startsWith('RESULT')),
    ['PEER_CLOSED_EARLY', 'RECEIVER_SWITCHED'],
  );
  assert.equal(main.counters.get('results_accepted'), 0);
});

test('when none works all is kept, told once, and sent to the first that comes back', async (t) => {
  const logs = new LogList();
  const ports = { main: { port: await freePort() }, backup: { port: await freePort() } };
  const { submit, outbox, stop } = deliver(t, nscaSenders(logs, ports), { ...failover, logs });
  submit('1', '2');
  await waitFor('a second attempt', () =>
    logs.of('PEER_UNREACHABLE').some(({ message }) => message.startsWith('cannot deliver')),
  );
  assert.equal(outbox.waiting('').results, 2);
  const [all] = logs
    .of('PEER_UNREACHABLE')
    .filter(({ level, message }) => level === 'warn' && message.startsWith('cannot'));
  assert.equal(
    all?.message,
    `cannot deliver to receivers main, backup (nsca://127.0.0.1:${ports.main.port}, nsca://127.0.0.1:${ports.backup.port}): main: connection refused: nothing listens there; backup: connection refused: nothing listens there; results wait in the outbox`,
  );
  const backup = await receive(t, ports.backup.port);
  assert.deepEqual(await backup.outputs(2), ['1', '2']);
  await waitFor('RECEIVER_BACK', () => logs.of('RECEIVER_BACK'), isNotEmpty);
  assert.equal(await stop(5_000), 0);
});

test('what the first has acknowledged before it failed is not sent to the second', async (t) => {
  const logs = new LogList();
  const taken: string[] = [];
  const half: Sender = {
    target: 'half:',
    async send(results, progress) {
      for (const { seq, result } of results.slice(0, 3)) {
        taken.push(result.output);
        progress.acknowledged(seq);
      }
      throw new Error('fell over');
    },
    probe: () => Promise.reject(new Error('still down')),
    close() {},
  };
  const backup = await receive(t);
  const senders = [{ name: 'half', sender: half }, ...nscaSenders(logs, { backup })];
  const { submit } = deliver(t, senders, { ...failover, logs });
  submit('1', '2', '3', '4', '5');
  assert.deepEqual(await backup.outputs(2), ['4', '5']);
  assert.deepEqual(taken, ['1', '2', '3']);
});

test('stopping ends the looking after receivers that are down', async (t) => {
  const logs = new LogList();
  const backup = await receive(t);
  const senders = nscaSenders(logs, { main: { port: await freePort() }, backup });
  const { submit, stop } = deliver(t, senders, { ...failover, logs });
  submit('1');
  await backup.outputs(1);
  assert.equal(await stop(5_000), 0);
});
