import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';
import { NagiosDaemon } from '../support/nagios-daemon.ts';
import { peer } from '../support/peers.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { waitFor } from '../support/wait-for.ts';

const { skip } = peer('nagios4');

/** Nagios takes results every second, and writes its status every second. */
const patienceMs = 60_000;

/** Reports results with one connection, which ends orderly. */
async function report(port: number, results: readonly (readonly [string, string, string])[]) {
  const client = await RawNscaClient.connect(port, 1, 'secret');
  for (const [host, service, output] of results) {
    await client.send(client.packet({ host, service, output, returnCode: 1 }));
  }
  assert.equal(await client.end(), 'closed');
}

const outputOf = (nagios: NagiosDaemon, host: string, service: string) =>
  nagios.status(host, service)?.get('plugin_output');

const outputsOf = (round: number) =>
  Array.from({ length: 100 }, (_, n) => `round ${round} result ${n}`);

/** The results that Nagios has taken from its command file, in order. */
function commandsIn(log: string): string[] {
  const commands = log.matchAll(/EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;(.*)/g);
  return [...commands].map(([, rest = '']) => rest);
}

test('results of a time when Nagios was stopped reach it in order, over a restart of the receiver', {
  skip,
}, async (t) => {
  const nagios = new NagiosDaemon(t);
  const files = new ShimFiles(t, { port: 0, method: 1, commandFile: nagios.commandFile });
  for (let round = 1; round <= 3; round++) {
    const shim = await files.start();
    const { port } = await shim.record('LISTENING');
    for (const service of ['s1', 's2', 's3']) {
      await report(
        Number(port),
        outputsOf(round).map((output) => ['h1', service, output]),
      );
    }
    await shim.stop(round === 2 ? 'SIGKILL' : 'SIGTERM');
  }
  const shim = await files.start();
  assert.equal((await shim.record('JOURNAL_OPENED'))['results'], 900);
  await nagios.start();
  const taken = await waitFor(
    '900 commands',
    () => commandsIn(nagios.log),
    ({ length }) => length >= 900,
    patienceMs,
  );
  // As they were sent: by round, service and number.
  const expected = [1, 2, 3].flatMap((round) =>
    ['s1', 's2', 's3'].flatMap((service) =>
      outputsOf(round).map((output) => `h1;${service};1;${output}`),
    ),
  );
  assert.deepEqual(taken, expected);
  for (const service of ['s1', 's2', 's3']) {
    await waitFor(
      `the last result of ${service}`,
      () => outputOf(nagios, 'h1', service),
      (output) => output === 'round 3 result 99',
      patienceMs,
    );
  }
});

test('by the spool: while Nagios is stopped for longer than it keeps files', {
  skip,
}, async (t) => {
  const nagios = new NagiosDaemon(t);
  // The default is an hour; renewing follows it in the same proportion below.
  appendFileSync(nagios.configFile, 'max_check_result_file_age=3600\n');
  const sinks = `[sink.nagios]\ntype = check-result-spool\npath = ${nagios.spool}\n`;
  const shim = await new ShimFiles(t, { port: 0, method: 1, sinks }).start();
  const { port } = await shim.record('LISTENING');
  await report(Number(port), [
    ['h1', 's1', 'one|a=1;2;3'],
    ['h1', 's2', 'first line\nsecond line \\ with a backslash'],
    ['h2', 's3', 'x'.repeat(4000)],
  ]);
  await nagios.start();
  await waitFor(
    'the results',
    () => outputOf(nagios, 'h2', 's3'),
    (output) => output === 'x'.repeat(4000),
    patienceMs,
  );
  await report(Number(port), [['h1', 's1', 'two']]);
  await waitFor(
    'the next file',
    () => outputOf(nagios, 'h1', 's1'),
    (output) => output === 'two',
    patienceMs,
  );
  const second = nagios.status('h1', 's2');
  assert.equal(second?.get('plugin_output'), 'first line');
  assert.equal(second?.get('long_plugin_output'), 'second line \\\\ with a backslash');
  assert.equal(second?.get('current_state'), '1');
  assert.notEqual(second?.get('last_check'), '0');
});
