import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { agentAndShim } from '../../../support/agent-and-shim.ts';
import { AgentFiles } from '../../../support/agent-files.ts';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import { scrape } from '../../../support/scrape.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

type ProgramName = Parameters<typeof Program.start>[1];

async function check(t: TestContext, name: ProgramName, args: readonly string[]) {
  const { code, stdout, stderr } = await Program.run(t, name, ['check', 'self', ...args]);
  return { code, stdout: Buffer.from(stdout, 'latin1').toString(), stderr };
}

const performance = /^'[^'=]+'=-?[\d.]+(?:s|B|c)?(?:;-?[\d.]*){0,4}$/;

/** The first line's parts: text, and performance data that follow the guidelines. */
function readOutput(output: string): { text: string; data: Map<string, string> } {
  const [text = '', data = '', ...more] = (output.split('\n')[0] ?? '').split(' | ');
  assert.deepEqual(more, []);
  const words = data === '' ? [] : data.split(' ');
  for (const word of words) assert.match(word, performance);
  return { text, data: new Map(words.map((word) => word.split('=') as [string, string])) };
}

test('all is well: OK with performance data, and a status that people can read', async (t) => {
  const { shim, files, receiver } = await agentAndShim(t);
  const agent = files.start();
  await agent.record('READY');
  files.append('report web01 disk 2 full');
  await shim.waitForCommands(1);
  const config = path.join(files.folder, 'nagtail.ini');
  const socketPath = path.join(files.folder, 'state/status.sock');
  await waitFor(
    'an empty queue',
    () => scrape({ socketPath }),
    (now) => now.value('nagtail_outbox_results') === 0,
  );
  const { code, stdout, stderr } = await check(t, 'nagtail', ['--config', config]);
  const { text, data } = readOutput(stdout);
  assert.deepEqual(
    [code, text, stderr],
    [0, 'NAGTAIL OK: 1 input, 3 rules, 0 results waiting', ''],
  );
  assert.equal(data.get("'lines'"), '1c;;;0;');
  assert.equal(data.get("'sent'"), '1c;;;0;');
  assert.equal(data.get("'oldest'"), '0s;300;1800;0;');
  const status = await Program.run(t, 'nagtail', ['status', '--config', config]);
  assert.equal(status.code, 0);
  assert.match(status.stdout, /^nagtail \S+ on testhost, process \d+, up /);
  assert.match(status.stdout, /\n {2}log {2}\S+input\.log {2}1 lines {2}last \d+ s ago\n/);
  assert.match(status.stdout, /\n {2}main {2}\S+ .*1 sent {2}0 refused {2}0 waiting\n/);
  const json = await Program.run(t, 'nagtail', ['status', '--json', '--socket', socketPath]);
  assert.equal(JSON.parse(json.stdout).pipeline.stats.sources[0].lines, 1);
  const shimCheck = await check(t, 'nagtail-shim', ['--socket', shim.statusSocket]);
  assert.equal(shimCheck.code, 0);
  assert.match(shimCheck.stdout, /^NAGTAIL-SHIM OK: nsca: 1 results taken, 0 waiting \| /);
  readOutput(shimCheck.stdout);
  const shimStatus = await Program.run(t, 'nagtail-shim', [
    'status',
    '--socket',
    shim.statusSocket,
  ]);
  assert.match(shimStatus.stdout, /\n {2}nagios {2}1 written {2}0 waiting\n/);
  const wrong = await check(t, 'nagtail', ['--socket', shim.statusSocket]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stdout, /is the socket of another program/);
  await agent.stop();
  await receiver.stop();
});

test('a receiver that is down: first a warning, then critical', async (t) => {
  const files = new AgentFiles(t, {
    port: await freePort(),
    inputs: '[input.gone]\npath = gone.log\n',
  });
  const agent = files.start();
  await agent.record('READY');
  files.append('report web01 disk 2 full');
  await agent.record('PEER_UNREACHABLE');
  const config = ['--config', path.join(files.folder, 'nagtail.ini')];
  const warned = await check(t, 'nagtail', config);
  assert.equal(warned.code, 1);
  assert.match(
    warned.stdout,
    /WARNING: 1 input cannot be read: \S*gone\.log \(missing\) \(and 1 more\) \| /,
  );
  assert.match(
    warned.stdout,
    /\nWARNING: receiver main \(\S+\) has 1 result waiting for \d+ s: .*nothing listens there/,
  );
  const late = await waitFor(
    'an old result',
    () => check(t, 'nagtail', [...config, '--warning-age', '1', '--critical-age', '1']),
    ({ code }) => code === 2,
  );
  assert.match(late.stdout, /^NAGTAIL CRITICAL: receiver main /);
  const quiet = await check(t, 'nagtail', [...config, '--quiet']);
  assert.deepEqual([quiet.code, quiet.stdout], [1, '']);
  await agent.stop();
  const ended = await check(t, 'nagtail', config);
  assert.equal(ended.code, 2);
  assert.match(
    ended.stdout,
    /^NAGTAIL CRITICAL: nothing answers at \S+: there is no such socket; does the program run/,
  );
});

test('what is asked wrongly is unknown, not critical', async (t) => {
  const none = path.join(tempDir(t), 'none.ini');
  const unread = await check(t, 'nagtail', ['--config', none]);
  assert.equal(unread.code, 3);
  assert.match(unread.stdout, /^NAGTAIL UNKNOWN: .*none\.ini: cannot read the configuration/);
  for (const name of ['nagtail', 'nagtail-shim'] as const) {
    assert.equal((await check(t, name, ['--no-such-option'])).code, 3);
    assert.equal((await Program.run(t, name, ['check'])).code, 3);
  }
  const limits = ['--socket', none, '--warning-age', '9', '--critical-age', '3'];
  assert.equal((await check(t, 'nagtail', limits)).code, 3);
});

test('a heartbeat says that the agent is there, and which inputs it does not see', async (t) => {
  const { shim, files, receiver } = await agentAndShim(t, {
    settings: ['heartbeat_interval = 1', 'agent_service = Log agent'],
    inputs: '[input.gone]\npath = gone.log\n',
  });
  const agent = files.start();
  const commands = await shim.waitForCommands(3);
  for (const command of commands) {
    assert.match(
      command,
      /^PROCESS_SERVICE_CHECK_RESULT;testhost;Log agent;1;2 inputs, 3 rules; 1 inputs cannot be read: gone \(missing\) \| 'lines'=0c;;;0 'inputs'=2;;;0 'rules'=3;;;0 'suspended'=0;;;0$/,
    );
  }
  await agent.stop();
  await receiver.stop();
});
