import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import { RawNscaClient } from '../../../support/raw-nsca-client.ts';
import { ReloadedShim } from '../../../support/reloaded-shim.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

const sink = '[sink.nagios]\ntype = command-file\npath = commands\ncreate = yes\n';

/** Sends one result on a connection of its own; gives how that ended. */
async function send(port: number, password: string, service: string): Promise<string> {
  const client = await RawNscaClient.connect(port, 14, password);
  await client.send(client.packet({ service }));
  return await client.end();
}

test('NSCA: a changed password, with the one before it for a while', async (t) => {
  const port = await freePort();
  const withKeys = (keys: string) =>
    `[shim]\nstate_dir = state\n[listen.nsca]\naddress = 127.0.0.1\nport = ${port}\n${keys}\n${sink}`;
  const shim = await ReloadedShim.start(t, withKeys('password = old'), { old: 'old\n' });
  const open = await RawNscaClient.connect(port, 14, 'old');
  await shim.reload(withKeys('password = new\nold_password_files = old'));
  assert.equal(await send(port, 'old', 'a'), 'closed');
  assert.equal(await send(port, 'new', 'b'), 'closed');
  await shim.reload(withKeys('password = new'));
  assert.equal(await send(port, 'old', 'c'), 'reset');
  assert.equal(await send(port, 'new', 'd'), 'closed');
  // One that was open goes on with the key that it began with.
  await open.send(open.packet({ service: 'e' }));
  assert.equal(await open.end(), 'closed');
  const services = (await shim.waitForCommands(4)).map((line) => line.split(';')[2]);
  assert.deepEqual(services, ['a', 'b', 'd', 'e']);
});

test('NSCA: what an address may report holds at once, for open connections too', async (t) => {
  const port = await freePort();
  const withClients = (clients: string) =>
    `[shim]\nstate_dir = state\n[listen.nsca]\naddress = 127.0.0.1\nport = ${port}\npassword = secret\n${clients}\n${sink}`;
  const shim = await ReloadedShim.start(t, withClients(''));
  const open = await RawNscaClient.connect(port, 14, 'secret');
  await open.send(open.packet({ service: 'a' }));
  await shim.waitForCommands(1);
  await shim.reload(
    withClients('[client.local]\naddresses = 127.0.0.1\nhosts = .*\nservices = allowed'),
  );
  await open.send(open.packet({ service: 'b' }));
  await open.send(open.packet({ service: 'allowed' }));
  await shim.waitForCommands(2);
  await shim.reload(
    withClients('[client.other]\naddresses = 192.0.2.1\nhosts = .*\nservices = .*'),
  );
  assert.equal(await open.ended(), 'reset');
  const services = shim.commands().map((line) => line.split(';')[2]);
  assert.deepEqual(services, ['a', 'allowed']);
});

test('an nsca.cfg is read again, and its debug with it', async (t) => {
  const port = await freePort();
  const folder = tempDir(t);
  const file = path.join(folder, 'nsca.cfg');
  const write = (keys: string) =>
    writeFileSync(
      file,
      `server_address=127.0.0.1\nserver_port=${port}\ndecryption_method=14\ncommand_file=${folder}/commands\nappend_to_file=1\n${keys}\n`,
    );
  write('password=old');
  const args = [
    'run',
    '--nsca-cfg',
    file,
    '--state-dir',
    `${folder}/state`,
    '--log-format',
    'json',
  ];
  const program = Program.start(t, 'nagtail-shim', args);
  await program.record('LISTENING');
  const reloaded = async (count: number) => {
    program.kill('SIGHUP');
    const records = () => program.records('CONFIG_RELOADED').length;
    await waitFor('a reload', records, (found) => found === count);
  };
  write('password=new\ndebug=1');
  await reloaded(1);
  assert.equal(await send(port, 'new', 'a'), 'closed');
  assert.equal(await send(port, 'old', 'b'), 'reset');
  write('password=new\nunknown=1');
  program.kill('SIGHUP');
  await program.record('CONFIG_KEPT');
  assert.match(
    String(program.records('CONFIG_PROBLEM')[0]?.['message']),
    /nsca\.cfg:7: unknown key/,
  );
  assert.equal(await send(port, 'new', 'c'), 'closed');
  assert.equal((await program.stop()).code, 0);
});
