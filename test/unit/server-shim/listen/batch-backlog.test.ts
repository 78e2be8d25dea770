import { describe, type TestContext, test } from 'node:test';
import { encodeHello, encodeResults } from '../../../../protocol/batch/client-frames.ts';
import { numberedResults } from '../../../support/list-stream.ts';
import { startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** More results than a session holds, and the session that holds as many as it may. */
async function sessionHeldBack(t: TestContext) {
  const shim = await startNgListener(t);
  const client = await RawPskClient.connect(shim.listener.port, { ALPNProtocols: ['nagtail/1'] });
  t.after(() => client.socket.destroy());
  shim.hold();
  client.write(encodeHello({ stream: 's', highestSeq: 20_000 }));
  for (const { bytes } of encodeResults(numberedResults(20_000))) client.write(bytes);
  const heldMin = 5_000 * 400;
  await waitFor(
    'a full session',
    () => shim.listener.backlogBytes,
    (bytes) => bytes > heldMin,
  );
  return { ...shim, client };
}

describe('nagtail/1: what a session holds is given up with it', () => {
  test('when the journal fails', async (t) => {
    const { listener, fail, client } = await sessionHeldBack(t);
    fail();
    await client.closed();
    await waitFor('an empty backlog', () => listener.backlogBytes === 0);
  });

  test('when it is reset amid an append, as at a stop', async (t) => {
    const { listener, release, client } = await sessionHeldBack(t);
    const stopped = listener.stop(0);
    await client.closed();
    release();
    await stopped;
    await waitFor('an empty backlog', () => listener.backlogBytes === 0);
  });
});
