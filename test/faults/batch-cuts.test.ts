import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import { Secret } from '../../platform/secret.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { startShim } from '../../server-shim/shim.ts';
import { CuttingProxy } from '../support/cutting-proxy.ts';
import { commandsOf } from '../support/external-commands.ts';
import { ListStream, numberedResults, ProgressList } from '../support/list-stream.ts';
import { LogList } from '../support/log-list.ts';
import { identitiesOf } from '../support/ng-listener.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Results of one run; BATCH_CUT_RESULTS=n for a longer one. */
const total = Number(process.env['BATCH_CUT_RESULTS'] ?? 20_000);

/** A receiver with its journal on disk, which can be stopped and started again. */
async function startReceiver(t: TestContext) {
  const folder = tempDir(t);
  const commandFile = path.join(folder, 'commands');
  const sink = { type: 'command-file', name: 'nagios', path: commandFile, create: true } as const;
  const nscaNg = { address: '127.0.0.1', port: 0, identities: identitiesOf({ name: 'web01' }) };
  const logs = new LogList();
  const start = () =>
    startShim(
      { stateDir: path.join(folder, 'state'), sinks: [sink], nscaNg },
      { log: logs.log, clock: systemClock },
    );
  let shim = await start();
  let restarts = 0;
  const stop = () => shim.stop();
  t.after(stop);
  return {
    port: () => shim.ports.nscaNg,
    commands: () => commandsOf(readFileSync(commandFile, 'latin1')),
    stop,
    restarts: () => restarts,
    async restart() {
      await shim.stop();
      shim = await start();
      restarts++;
    },
  };
}

for (const tlsMax of ['TLSv1.3', 'TLSv1.2'] as const) {
  test(`${tlsMax}: cut connections and restarts lose no result and repeat none`, async (t) => {
    const random = seededRandom(t);
    const receiver = await startReceiver(t);
    const proxy = await CuttingProxy.start(t, {
      target: receiver.port,
      // Some are cut amid the handshake, some amid a frame, some between a frame and its answer.
      bytesUntilCut: () => 1 + random.below(random.below(4) === 0 ? 2_000 : 100_000),
      pieceBytes: () => 1 + random.below(random.below(2) === 0 ? 50 : 20_000),
    });
    const stream = new ListStream(numberedResults(total));
    const password = new Secret(Buffer.from('secret'));
    const where = { host: '127.0.0.1', port: proxy.port, identity: 'web01', password };
    const sender = new NscaNgSender(
      { ...where, tlsMax, timeoutMs: 10_000, stream },
      { log: new LogList().log, clock: systemClock },
    );
    t.after(() => sender.close());
    let position = 0;
    while (position < total) {
      const progress = new ProgressList();
      const batch = stream.results.slice(position, position + 1 + random.below(3_000));
      const restarting = random.below(10) === 0 ? receiver.restart() : undefined;
      try {
        await sender.send(batch, progress, new AbortController().signal);
      } catch (error) {
        assert(error instanceof NagtailError, String(error));
        assert.match(error.code, /^PEER_(CLOSED_EARLY|PROTOCOL|UNREACHABLE)$/);
      }
      position = Math.max(position, progress.through);
      await restarting;
    }
    await receiver.stop();
    assert.ok(proxy.cuts >= 5, `only ${proxy.cuts} cuts`);
    t.diagnostic(`${proxy.cuts} cuts, ${receiver.restarts()} restarts`);
    assert.deepEqual(
      receiver.commands(),
      stream.results.map(({ seq }) => `PROCESS_SERVICE_CHECK_RESULT;web01;s;0;number ${seq}`),
    );
  });
}
