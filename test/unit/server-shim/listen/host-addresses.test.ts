import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../../platform/clock.ts';
import { HostAddresses } from '../../../../server-shim/listen/host-addresses.ts';

test('an answer is asked for once a minute, also when there is none', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const addresses = new HostAddresses(
    async (name) => {
      asked.push(name);
      if (name === 'unknown') throw new Error('ENOTFOUND');
      return ['192.0.2.1'];
    },
    { ...systemClock, monotonicMs: () => nowMs },
  );
  for (let n = 0; n < 3; n++) {
    assert(await addresses.belongs('192.0.2.1', 'web01'));
    assert(!(await addresses.belongs('192.0.2.2', 'web01')));
    assert(!(await addresses.belongs('192.0.2.1', 'unknown')));
  }
  assert.deepEqual(asked, ['web01', 'unknown']);
  nowMs = 60_000;
  assert(await addresses.belongs('192.0.2.1', 'web01'));
  assert.equal(asked.length, 3);
});

test('no more than two questions are open at a time, and all are answered', async () => {
  const answers: (() => void)[] = [];
  let most = 0;
  let open = 0;
  const addresses = new HostAddresses(async () => {
    most = Math.max(most, ++open);
    await new Promise<void>((resolve) => answers.push(resolve));
    open--;
    return ['192.0.2.1'];
  }, systemClock);
  const names = Array.from({ length: 7 }, (_, n) => `web${n}`);
  const asking = Promise.all(names.map((name) => addresses.belongs('192.0.2.1', name)));
  for (let answered = 0; answered < names.length; ) {
    await setImmediate();
    const answer = answers.shift();
    if (answer === undefined) continue;
    answered++;
    answer();
  }
  assert.deepEqual(
    await asking,
    names.map(() => true),
  );
  assert.equal(most, 2);
});
