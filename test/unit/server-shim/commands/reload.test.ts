import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { issueCertificate } from '../../../../platform/certificates/issue-certificate.ts';
import { freePort } from '../../../support/free-port.ts';
import { ask, checkXml, encoded } from '../../../support/nrdp-shim.ts';
import { Program } from '../../../support/program.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { ReloadedShim } from '../../../support/reloaded-shim.ts';
import { scrape } from '../../../support/scrape.ts';
import { waitFor } from '../../../support/wait-for.ts';

const shimSection = '[shim]\nstate_dir = state\n';
const sinkSection = '[sink.nagios]\ntype = command-file\npath = commands\ncreate = yes\n';
const identity = (name: string, password: string, hosts = '.*') =>
  `[identity.${name}]\npassword = ${password}\nhosts = ${hosts}\nservices = .*\n`;
const ngSection = (port: number, more = '') =>
  `[listen.nsca-ng]\naddress = 127.0.0.1\nport = ${port}\n${more}`;

function configurationOf(...sections: readonly string[]): string {
  return [shimSection, ...sections, sinkSection].join('');
}

/** Says one result, and gives the answer to it. */
async function say(client: RawPskClient, host: string, output: string): Promise<string> {
  const line = `[1700000000] PROCESS_HOST_CHECK_RESULT;${host};0;${output}\n`;
  const before = client.received.toString('latin1').split('\r\n').length;
  client.write(`PUSH ${line.length}\r\n${line}`);
  const answers = () =>
    client.received
      .toString('latin1')
      .split('\r\n')
      .slice(before - 1, -1);
  await waitFor('an answer', () => client.socket.destroyed || answers().length >= 2);
  return answers()[1] ?? 'nothing';
}

async function ngClient(port: number, password: string): Promise<RawPskClient> {
  const client = await RawPskClient.connect(port, { password });
  client.write('MOIN 1 abcd\r\n');
  await client.waitFor('a greeting', (received) => received.length > 0);
  return client;
}

test('a configuration with an error is refused by file and line, and the earlier one goes on', async (t) => {
  const port = await freePort();
  const good = configurationOf(ngSection(port), identity('web01', 'secret'));
  const shim = await ReloadedShim.start(t, good);
  const client = await ngClient(port, 'secret');
  t.after(() => client.socket.destroy());
  assert.equal(await shim.reload(good.replace('[sink.nagios]', 'prot = 1\n[sink.nagios]')), 'kept');
  assert.deepEqual(shim.messages('CONFIG_PROBLEM'), [
    "shim.ini:10: unknown key 'prot' in [identity.web01]",
  ]);
  assert.equal(await say(client, 'web01', 'still here'), 'OKAY');
  assert.equal(await say(await ngClient(port, 'secret'), 'web01', 'also new ones'), 'OKAY');
  assert.equal((await shim.waitForCommands(2)).length, 2);

  const socket = ['--socket', path.join(shim.folder, 'state/status.sock')];
  const check = () => Program.run(t, 'nagtail-shim', ['check', 'self', ...socket]);
  const successful = async () =>
    (await scrape({ socketPath: socket[1] ?? '' })).value(
      'nagtail_shim_config_last_reload_successful',
    );
  assert.equal(await successful(), 0);
  assert.match((await check()).stdout, /^NAGTAIL-SHIM WARNING: the configuration cannot be used/);
  assert.equal(await shim.reload(good), 'reloaded');
  assert.equal(await successful(), 1);
  assert.match((await check()).stdout, /^NAGTAIL-SHIM OK/);
});

test('a port that another program has: the earlier configuration goes on', async (t) => {
  const [port, taken] = [await freePort(), await freePort()];
  const other = tls.createServer().listen(taken, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const shim = await ReloadedShim.start(
    t,
    configurationOf(ngSection(port), identity('web01', 'secret')),
  );
  const moved = configurationOf(ngSection(taken), identity('web01', 'secret'));
  assert.equal(await shim.reload(moved), 'kept');
  assert.match(shim.messages('CONFIG_PROBLEM')[0] ?? '', /another program already uses this/);
  const wider = moved.replace(`port = ${taken}`, `port = ${port}`).replace('127.0.0.1', '*');
  assert.equal(await shim.reload(wider), 'kept');
  assert.equal(
    shim.messages('CONFIG_PROBLEM')[1],
    `port ${port} is open on 127.0.0.1: to listen on * instead needs a restart`,
  );
  assert.equal(await say(await ngClient(port, 'secret'), 'web01', 'fine'), 'OKAY');
});

test('passwords, rights and identities: for new connections and for those that are open', async (t) => {
  const port = await freePort();
  const withIdentities = (...list: readonly string[]) => configurationOf(ngSection(port), ...list);
  const shim = await ReloadedShim.start(t, withIdentities(identity('web01', 'secret')));
  const open = await ngClient(port, 'secret');
  assert.equal(await say(open, 'web01', 'one'), 'OKAY');
  assert.equal(await say(open, 'db01', 'two'), 'OKAY');

  await shim.reload(withIdentities(identity('web01', 'secret', 'web01')));
  assert.equal(await say(open, 'web01', 'three'), 'OKAY');
  assert.equal(await say(open, 'db01', 'four'), 'FAIL it may not report for host "db01"');

  await shim.reload(withIdentities(identity('web01', 'changed')));
  await open.closed();
  assert.match(open.received.toString(), /BAIL its identity has another password now, or is gone/);
  await assert.rejects(ngClient(port, 'secret'));
  const renewed = await ngClient(port, 'changed');
  assert.equal(await say(renewed, 'web01', 'five'), 'OKAY');

  await shim.reload(withIdentities(identity('other', 'changed')));
  await renewed.closed();
  await assert.rejects(ngClient(port, 'changed'));
  const outputs = (await shim.waitForCommands(4)).map((line) => line.split(';').at(-1));
  assert.deepEqual(outputs, ['one', 'two', 'three', 'five']);
});

test('listeners come, go and move; the connection of one that goes may end what it does', async (t) => {
  const [first, second, nrdp] = [await freePort(), await freePort(), await freePort()];
  const rest = identity('web01', 'secret');
  const shim = await ReloadedShim.start(t, configurationOf(ngSection(first), rest));
  const open = await ngClient(first, 'secret');
  const nrdpSection = `[listen.nrdp]\naddress = 127.0.0.1\nport = ${nrdp}\n`;
  await shim.reload(configurationOf(ngSection(second), nrdpSection, rest));
  assert.equal(await say(await ngClient(second, 'secret'), 'web01', 'moved'), 'OKAY');
  await assert.rejects(ngClient(first, 'secret'), { code: 'ECONNREFUSED' });
  assert.equal(await say(open, 'web01', 'begun before'), 'OKAY');
  open.write('QUIT\r\n');
  await open.closed();
  const form = encoded({ token: 'secret', cmd: 'submitcheck', xml: checkXml({}) });
  const post = () => ask(nrdp, { method: 'POST', path: '/nrdp/' }, form);
  assert.match((await post()).body, /1 checks processed/);
  await shim.reload(configurationOf(ngSection(second), rest));
  await assert.rejects(post(), { code: 'ECONNREFUSED' });
});

test('a renewed certificate is served, and new tokens hold', async (t) => {
  const port = await freePort();
  const now = Date.now();
  const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
  const issue = () => issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, ca, now);
  const [old, renewed] = [await issue(), await issue()];
  const nrdp = `[listen.nrdp]\naddress = 127.0.0.1\nport = ${port}\ntls_cert = shim.crt\ntls_key = shim.key\n`;
  const configuration = configurationOf(nrdp, identity('web01', 'secret'));
  const shim = await ReloadedShim.start(t, configuration, {
    'shim.crt': old.cert,
    'shim.key': old.key,
  });
  const served = async () => {
    const socket = tls.connect({ host: '127.0.0.1', port, ca: ca.cert });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };
  assert.equal(await served(), new X509Certificate(old.cert).fingerprint256);
  writeFileSync(path.join(shim.folder, 'shim.crt'), renewed.cert);
  assert.equal(await shim.reload(), 'kept', 'a certificate that does not fit its key');
  assert.equal(await served(), new X509Certificate(old.cert).fingerprint256);
  writeFileSync(path.join(shim.folder, 'shim.key'), renewed.key);
  assert.equal(await shim.reload(), 'reloaded');
  assert.equal(await served(), new X509Certificate(renewed.cert).fingerprint256);
});

test('sinks: a renamed one misses nothing, a new one begins, one that is gone holds nothing up', async (t) => {
  const port = await freePort();
  const listen = [shimSection, ngSection(port), identity('web01', 'secret')].join('');
  const sink = (name: string, file: string) =>
    `[sink.${name}]\ntype = command-file\npath = ${file}\n`;
  // Nobody reads: its results wait.
  const shim = await ReloadedShim.start(t, listen + sink('nagios', 'fifo'));
  const client = await ngClient(port, 'secret');
  for (const output of ['one', 'two']) assert.equal(await say(client, 'web01', output), 'OKAY');
  await shim.reload(`${listen}${sink('renamed', 'commands')}create = yes\n`);
  assert.deepEqual(
    (await shim.waitForCommands(2)).map((line) => line.split(';').at(-1)),
    ['one', 'two'],
  );
  const both = `${listen}${sink('renamed', 'commands')}create = yes\n${sink('second', 'more')}create = yes\n`;
  await shim.reload(both);
  assert.equal(await say(client, 'web01', 'three'), 'OKAY');
  assert.equal((await shim.waitForCommands(3)).length, 3);
  assert.deepEqual(await shim.waitForCommands(1, 'more'), [
    'PROCESS_HOST_CHECK_RESULT;web01;0;three',
  ]);
});

test('what needs a restart is said in one line; the rest is taken, the level of the log too', async (t) => {
  const port = await freePort();
  const configuration = configurationOf(ngSection(port), identity('web01', 'secret'));
  const shim = await ReloadedShim.start(t, configuration);
  await ngClient(port, 'secret').then((client) => client.socket.destroy());
  const changed = configuration
    .replace('state_dir = state', 'state_dir = other\nlog_level = debug')
    .replace('secret', 'changed');
  assert.equal(await shim.reload(changed), 'reloaded');
  assert.deepEqual(shim.messages('RESTART_NEEDED'), [
    'a restart is needed for what stays as it was: [shim]: state_dir',
  ]);
  // It is still told there how it is.
  assert.ok(existsSync(path.join(shim.folder, 'state/status.sock')));
  assert.deepEqual(shim.messages('METRICS_UNAVAILABLE'), []);
  const client = await RawPskClient.connect(port, { password: 'changed' });
  client.socket.destroy();
  await assert.rejects(ngClient(port, 'secret'));
});
