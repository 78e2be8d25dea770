import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../platform/clock.ts';
import { NagtailError } from '../../../platform/errors.ts';
import { type Shim, type ShimOptions, startShim } from '../../../server-shim/shim.ts';
import { FifoReader, makeFifo } from '../../support/fifo.ts';
import { LogList } from '../../support/log-list.ts';
import { RawNscaClient } from '../../support/raw-nsca-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitFor } from '../../support/wait-for.ts';

function optionsOf(path: string, port = 0): ShimOptions {
  const password = Buffer.from('secret');
  return {
    stateDir: join(dirname(path), 'state'),
    nsca: { address: '127.0.0.1', port, method: 14, password },
    sinks: [{ type: 'command-file', name: 'nagios', path }],
  };
}

async function start(options: ShimOptions): Promise<{ shim: Shim; logs: LogList }> {
  const logs = new LogList();
  return { shim: await startShim(options, { log: logs.log, clock: systemClock }), logs };
}

async function sendResults(shim: Shim, count: number): Promise<void> {
  const client = await RawNscaClient.connect(shim.ports.nsca, 14, 'secret');
  const packets = Array.from({ length: count }, (_, n) => client.packet({ service: `s${n}` }));
  await client.send(Buffer.concat(packets));
  assert.equal(await client.end(), 'closed');
}

function fifoOf(test: TestContext): string {
  return makeFifo(join(tempDir(test), 'nagios.cmd'));
}

test('results go from the wire to the command file, and stopping hands over the last', async (t) => {
  const path = fifoOf(t);
  const reader = FifoReader.forTest(t, path);
  const { shim, logs } = await start(optionsOf(path));
  assert(shim.ports.nsca > 0);
  await sendResults(shim, 100);
  assert.deepEqual(await shim.stop(), { resultsLeft: 0 });
  await waitFor('100 lines', () => reader.lines.length === 100);
  assert.deepEqual(
    logs.records.map((record) => record.code),
    ['JOURNAL_OPENED', 'LISTENING', 'STOPPED'],
  );
  const counts = shim.counters.snapshot();
  assert.equal(counts['packets_read'], 100);
  assert.equal(counts['results_accepted'], 100);
  assert.equal(counts['results_written'], 100);
});

test('stopping it again changes nothing, whether it has stopped or is about to', async (t) => {
  const { shim, logs } = await start(optionsOf(fifoOf(t)));
  const stops = [shim.stop(), shim.stop()];
  assert.deepEqual(await Promise.all(stops), [{ resultsLeft: 0 }, { resultsLeft: 0 }]);
  assert.deepEqual(await shim.stop(), { resultsLeft: 0 });
  assert.equal(logs.of('STOPPED').length, 1);
});

test('a port that is taken is LISTEN_FAILED, and leaves nothing running', async (t) => {
  const { shim } = await start(optionsOf(fifoOf(t)));
  t.after(() => shim.stop());
  const second = start(optionsOf(fifoOf(t), shim.ports.nsca));
  await assert.rejects(second, (error) => {
    assert(error instanceof NagtailError);
    assert.equal(error.code, 'LISTEN_FAILED');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1, port ${shim.ports.nsca}: another`));
    return true;
  });
});

test('results that Nagios did not take wait for the next start, which tells how many', async (t) => {
  const options = { ...optionsOf(fifoOf(t)), drainMs: 50 };
  const first = await start(options);
  await sendResults(first.shim, 7);
  assert.deepEqual(await first.shim.stop(), { resultsLeft: 7 });
  assert.equal(first.logs.of('RESULTS_LEFT')[0]?.fields['results'], 7);
  const second = await start(options);
  assert.equal(second.logs.of('JOURNAL_OPENED')[0]?.fields['results'], 7);
  const [sink] = options.sinks;
  const reader = FifoReader.forTest(t, sink && 'path' in sink ? sink.path : '');
  await waitFor('7 lines', () => reader.lines.length === 7);
  assert.deepEqual(await second.shim.stop(), { resultsLeft: 0 });
});

test('a second receiver on the same state_dir does not start', async (t) => {
  const options = optionsOf(fifoOf(t));
  const { shim } = await start(options);
  t.after(() => shim.stop());
  await assert.rejects(start(options), (error) => {
    assert(error instanceof NagtailError);
    assert.equal(error.code, 'STORE_FAILED');
    assert.match(error.message, /another process uses .*state: stop it, or set another state_dir/);
    return true;
  });
});
