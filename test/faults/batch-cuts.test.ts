import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NscaNgSender } from '../../agent/deliver/nsca-ng-sender.ts';
import { systemClock } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import { Secret } from '../../platform/secret.ts';
import { CuttingProxy } from '../support/cutting-proxy.ts';
import { ListStream, numberedResults, ProgressList } from '../support/list-stream.ts';
import { LogList } from '../support/log-list.ts';
import { startNgListener } from '../support/ng-listener.ts';
import { seededRandom } from '../support/random.ts';

/** Results of one run; BATCH_CUT_RESULTS=n for a longer one. */
const total = Number(process.env['BATCH_CUT_RESULTS'] ?? 20_000);

for (const tlsMax of ['TLSv1.3', 'TLSv1.2'] as const) {
  test(`${tlsMax}: connections cut at random bytes lose no result and repeat none`, async (t) => {
    const random = seededRandom(t);
    const { listener, taken } = await startNgListener(t);
    const proxy = await CuttingProxy.start(t, {
      target: () => listener.port,
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
      try {
        await sender.send(batch, progress, new AbortController().signal);
      } catch (error) {
        assert(error instanceof NagtailError, String(error));
        assert.match(error.code, /^PEER_(CLOSED_EARLY|PROTOCOL|UNREACHABLE)$/);
      }
      // What was acknowledged is there; more may be.
      assert.ok(progress.through <= taken.length, `${progress.through} of ${taken.length}`);
      position = Math.max(position, progress.through);
    }
    assert.ok(proxy.cuts >= 5, `only ${proxy.cuts} cuts`);
    assert.deepEqual(
      taken.map(({ id }) => id?.seq),
      stream.results.map(({ seq }) => seq),
    );
    assert.equal(taken.at(-1)?.output, `number ${total}`);
  });
}
