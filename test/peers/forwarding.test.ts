import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { startNscaDaemon } from '../support/nsca-daemon.ts';
import { startNscaNgDaemon } from '../support/nsca-ng-daemon.ts';
import { peer } from '../support/peers.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { ShimFiles } from '../support/shim-files.ts';

const nsca = peer('nsca');
const nscaNg = peer('nsca-ng');

/** Keys of a sink `next`. */
function forwardTo(type: 'nsca' | 'nsca-ng', port: number, more = ''): string {
  return `[sink.next]\ntype = ${type}\nhost = 127.0.0.1\nport = ${port}\npassword = secret\n${more}\n`;
}

const dmz = '[identity.dmz]\npassword = secret\nhosts = .*\nservices = .*\n';

/** A receiver that takes NSCA and forwards. */
async function startForwarder(t: TestContext, sinks: string) {
  const port = await freePort();
  const files = new ShimFiles(t, { port, sinks });
  const shim = await files.start();
  return { files, port, shim };
}

/** Sends results by NSCA, in one connection; resolves when they are in the journal. */
async function report(port: number, outputs: readonly string[]): Promise<void> {
  const client = await RawNscaClient.connect(port, 14, 'secret');
  await client.send(Buffer.concat(outputs.map((output) => client.packet({ output }))));
  assert.equal(await client.end(), 'closed');
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `number ${from + index}`);
const outputsOf = (commands: readonly string[]) => commands.map((line) => line.split(';')[4]);

describe('nagtail-shim forwards', { concurrency: 2 }, () => {
  for (const method of [1, 3, 14] as const) {
    test(`to the real nsca, method ${method}: in order, byte-exact`, {
      skip: nsca.skip,
    }, async (t) => {
      const daemon = await startNscaDaemon(t, { method, password: 'secret' });
      const sinks = forwardTo('nsca', daemon.port, `encryption_method = ${method}`);
      const { port } = await startForwarder(t, sinks);
      await report(port, ['a\\b\nc \xe4|x=1;2', ...numbered(2, 150)]);
      const commands = await daemon.waitForCommands(150);
      assert.equal(commands[0], 'PROCESS_SERVICE_CHECK_RESULT;h;s;0;a\\\\b\\nc \xe4|x=1;2');
      assert.deepEqual(outputsOf(commands.slice(1)), numbered(2, 150));
    });
  }

  test('to the real nsca-ng, which gets the time of receipt here', {
    skip: nscaNg.skip,
  }, async (t) => {
    const daemon = await startNscaNgDaemon(t);
    const { port } = await startForwarder(t, forwardTo('nsca-ng', daemon.port, 'identity = web01'));
    const before = Math.floor(Date.now() / 1000);
    await report(port, numbered(1, 20));
    assert.deepEqual(outputsOf(await daemon.waitForCommands(20)), numbered(1, 20));
    const time = Number(/^\[(\d+)\]/.exec(daemon.reader.lines[0] ?? '')?.[1]);
    assert.ok(time >= before && time <= Date.now() / 1000, String(time));
  });

  test('to nagtail-shim by NRDP: with the time of receipt here, and what it refuses is passed over', async (t) => {
    const port = await freePort();
    const identity = '[identity.dmz]\npassword = hidden\nhosts = h\nservices = .*\n';
    const next = new ShimFiles(t, { port, protocol: 'nrdp', sections: identity });
    const sink = `[sink.next]\ntype = nrdp\nurl = http://127.0.0.1:${port}/nrdp/\ntoken = hidden\nlate_notice = 0\n`;
    const forwarder = await startForwarder(t, sink);
    await report(forwarder.port, ['a\\b\nc <&|x=1;2', ...numbered(2, 1_500)]);
    const blocked = await forwarder.shim.record('SINK_BLOCKED');
    assert.equal(blocked['reason'], 'PEER_UNREACHABLE');
    const client = await RawNscaClient.connect(forwarder.port, 14, 'secret');
    await client.send(client.packet({ host: 'other' }));
    await client.end();
    await next.start();
    const commands = await next.waitForCommands(1_500);
    assert.equal(commands[0], 'PROCESS_SERVICE_CHECK_RESULT;h;s;0;a\\\\b\\nc <&|x=1;2');
    assert.deepEqual(outputsOf(commands.slice(1)), numbered(2, 1_500));
    const refused = await forwarder.shim.record('RESULT_REFUSED');
    assert.equal(refused['host'], 'other');
  });

  test('a receiver that is down for a while: nothing is lost, and the text says how late', async (t) => {
    const port = await freePort();
    const forwarder = await startForwarder(t, forwardTo('nsca', port, 'late_notice = 1'));
    await report(forwarder.port, numbered(1, 120));
    const blocked = await forwarder.shim.record('SINK_BLOCKED');
    assert.equal(blocked['reason'], 'PEER_UNREACHABLE');
    // The notice is about whole seconds: the results must be two of them old.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const next = new ShimFiles(t, { port });
    await next.start();
    const outputs = outputsOf(await next.waitForCommands(120));
    assert.deepEqual(
      outputs.map((output) => /^(number \d+) \(nagtail: \d+ s late, from /.exec(output ?? '')?.[1]),
      numbered(1, 120),
    );
    await forwarder.shim.record('SINK_WORKS_AGAIN');
  });

  test('over nagtail/1, through kills and a restart of the other end: each exactly once, in order', async (t) => {
    const port = await freePort();
    const next = new ShimFiles(t, { port, protocol: 'nsca-ng', sections: dmz });
    const first = await next.start();
    const forwarder = await startForwarder(t, forwardTo('nsca-ng', port, 'identity = dmz'));
    let last = 0;
    const more = async (count: number) => {
      await report(forwarder.port, numbered(last + 1, last + count));
      last += count;
    };
    await more(300);
    await next.waitForCommands(1);
    // A kill of the last receiver could let it write lines into its command file twice.
    await first.stop();
    await more(300);
    await forwarder.shim.stop('SIGKILL');
    await next.start();
    const second = await forwarder.files.start();
    await next.waitForCommands(400);
    await second.stop('SIGKILL');
    await forwarder.files.start();
    await more(100);
    const outputs = outputsOf(await next.waitForCommands(last));
    assert.deepEqual(outputs, numbered(1, last));
  });

  test('what the next receiver refuses is told, and the rest goes on', async (t) => {
    const port = await freePort();
    const sections = '[identity.dmz]\npassword = secret\nhosts = h\nservices = .*\n';
    const next = new ShimFiles(t, { port, protocol: 'nsca-ng', sections });
    await next.start();
    const { port: own, shim } = await startForwarder(
      t,
      forwardTo('nsca-ng', port, 'identity = dmz'),
    );
    const client = await RawNscaClient.connect(own, 14, 'secret');
    const packets = ['h', 'foreign', 'h'].map((host, n) => client.packet({ host, output: `${n}` }));
    await client.send(Buffer.concat(packets));
    assert.equal(await client.end(), 'closed');
    assert.deepEqual(outputsOf(await next.waitForCommands(2)), ['0', '2']);
    const refused = await shim.record('RESULT_REFUSED');
    assert.match(
      String(refused['message']),
      /nsca-ng:\/\/127\.0\.0\.1:\d+ refused a result for good/,
    );
    assert.equal(refused['host'], 'foreign');
    await shim.stop();
    assert.equal(shim.records('STOPPED')[0]?.['results_not_taken'], 1);
  });

  test('two sinks: one that is down does not hold up the other', { skip: nsca.skip }, async (t) => {
    const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
    const down = forwardTo('nsca', await freePort()).replace('next', 'down');
    const sinks = down + forwardTo('nsca', daemon.port, 'encryption_method = 1');
    const { port, shim } = await startForwarder(t, sinks);
    await report(port, numbered(1, 10));
    assert.deepEqual(outputsOf(await daemon.waitForCommands(10)), numbered(1, 10));
    assert.equal((await shim.record('SINK_BLOCKED'))['sink'], 'down');
    await shim.stop();
    assert.equal((await shim.record('RESULTS_LEFT'))['results'], 10);
  });
});
