import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { startNagios } from '../support/nagios-daemon.ts';
import { startNscaDaemon } from '../support/nsca-daemon.ts';
import { peer } from '../support/peers.ts';
import { waitFor } from '../support/wait-for.ts';

const nsca = peer('nsca');
const nagios4 = peer('nagios4');
const password = 'secret';

/** @param lateNotice seconds; 0: results that come late do not say so */
const nscaReceiver = (name: string, port: number, lateNotice = 0) => `
[receiver.${name}]
protocol = nsca
host = localhost
port = ${port}
encryption_method = 3
password = ${password}
late_notice = ${lateNotice}
`;

describe('nagtail run and receivers that are down', { skip: nsca.skip, concurrency: 2 }, () => {
  test('after an outage of nsca: in order, and the text says how late', async (t) => {
    const port = await freePort();
    const files = new AgentFiles(t, { receivers: nscaReceiver('main', port, 1) });
    const agent = files.start();
    await agent.record('READY');
    files.append('report h s 2 first|n=1', 'report h s 0 second');
    await agent.record('PEER_UNREACHABLE');
    // The notice is about whole seconds: the results must be two of them old.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const daemon = await startNscaDaemon(t, { method: 3, password, port });
    const [first = '', second = ''] = await daemon.waitForCommands(2);
    const notice = String.raw`\(nagtail: \d+ s late, from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)`;
    assert.match(first, new RegExp(`^PROCESS_SERVICE_CHECK_RESULT;h;s;2;first ${notice}\\|n=1$`));
    assert.match(second, new RegExp(`^PROCESS_SERVICE_CHECK_RESULT;h;s;0;second ${notice}$`));
  });

  test('failover to the next nsca, and back', async (t) => {
    const port = await freePort();
    const backup = await startNscaDaemon(t, { method: 3, password });
    const receivers = nscaReceiver('main', port) + nscaReceiver('backup', backup.port);
    const files = new AgentFiles(t, { receivers, settings: ['mode = failover'] });
    const agent = files.start();
    await agent.record('READY');
    files.append('report h s 0 to backup');
    await backup.waitForCommands(1);
    const main = await startNscaDaemon(t, { method: 3, password, port });
    let sent = 0;
    await waitFor('results to go to main again', () => {
      files.append(`report h s 0 number ${++sent}`);
      return agent.records('RECEIVER_SWITCHED').length === 2;
    });
    const switches = agent.records('RECEIVER_SWITCHED');
    assert.deepEqual(
      switches.map(({ receiver }) => receiver),
      ['backup', 'main'],
    );
    // Each result is at exactly one of them.
    const atBackup = await backup.waitForCommands(1);
    const all = [...atBackup, ...(await main.waitForCommands(sent + 1 - atBackup.length))];
    const expected = Array.from({ length: sent }, (_, index) => `number ${index + 1}`);
    assert.deepEqual(
      all.map((command) => command.split(';')[4]),
      ['to backup', ...expected],
    );
  });
});

test('nagtail run → the command file of a real Nagios on the same host', {
  skip: nagios4.skip,
}, async (t) => {
  const nagios = await startNagios(t);
  const receivers = `[receiver.here]\nprotocol = command-file\npath = ${nagios.commandFile}\n`;
  const files = new AgentFiles(t, { receivers });
  const agent = files.start();
  await agent.record('READY');
  const before = Math.floor(Date.now() / 1_000);
  files.append('report h1 s1 2 disk full|used=98%;80;90', 'host h2 1 no answer');
  const statusOf = (host: string, service: string | null, output: string) =>
    waitFor(
      `Nagios to show ${output}`,
      () => nagios.status(host, service),
      (status) => status?.get('plugin_output') === output,
    );
  const service = await statusOf('h1', 's1', 'disk full');
  assert.equal(service?.get('performance_data'), 'used=98%;80;90');
  const checkedAt = Number(service?.get('last_check'));
  assert.ok(checkedAt >= before && checkedAt <= Date.now() / 1_000, `checked at ${checkedAt}`);
  const host = await statusOf('h2', null, 'no answer');
  assert.equal(host?.get('current_state'), '1');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});
