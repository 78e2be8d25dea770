import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { type NagiosStatus, startNagios } from '../support/nagios-daemon.ts';
import { peer } from '../support/peers.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { waitFor } from '../support/wait-for.ts';

const { skip } = peer('nagios4');

/** Nagios takes results every second, and writes its status every second. */
const patienceMs = 40_000;

test('nagtail run → nagtail-shim → the real Nagios: services, hosts, long output, perfdata', {
  skip,
}, async (t) => {
  const nagios = await startNagios(t);
  const shim = await new ShimFiles(t, { port: 0, commandFile: nagios.commandFile }).start();
  const { port } = await shim.record('LISTENING');
  const files = new AgentFiles(t, { port: Number(port) });
  const agent = files.start();
  await agent.record('READY');
  files.append(
    'report h1 s1 2 disk full|used=98%;80;90',
    'long h1 s2 1 first line, back\\slash / second line',
    'host h2 1 no answer',
  );
  const statusOf = (host: string, service: string | null, output: string) =>
    waitFor(
      `Nagios to show ${output}`,
      () => nagios.status(host, service),
      (status) => status?.get('plugin_output') === output,
      patienceMs,
    );
  const fieldsOf = (status: NagiosStatus | undefined, ...names: readonly string[]) =>
    names.map((name) => status?.get(name));

  const first = await statusOf('h1', 's1', 'disk full');
  assert.deepEqual(fieldsOf(first, 'current_state', 'performance_data', 'has_been_checked'), [
    '2',
    'used=98%;80;90',
    '1',
  ]);
  const second = await statusOf('h1', 's2', 'first line, back\\slash');
  assert.deepEqual(fieldsOf(second, 'current_state', 'long_plugin_output'), ['1', 'second line']);
  const host = await statusOf('h2', null, 'no answer');
  assert.deepEqual(fieldsOf(host, 'current_state'), ['1']);
  // A service that nobody told about stays as it was.
  assert.deepEqual(fieldsOf(nagios.status('h2', 's3'), 'has_been_checked'), ['0']);
});
