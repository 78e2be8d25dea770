import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandsOf } from '../support/external-commands.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { Program } from '../support/program.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const { skip, path: sendNsca } = peer('send_nsca');

/** A file of the real nsca, in a folder of its own. */
function nscaCfg(t: TestContext, port: number) {
  const folder = tempDir(t);
  const commandFile = path.join(folder, 'commands');
  const cfg = path.join(folder, 'nsca.cfg');
  const lines = [
    `server_port=${port}`,
    'server_address=127.0.0.1',
    `command_file=${commandFile}`,
    'append_to_file=1',
    'aggregate_writes=1',
    `pid_file=${folder}/pid`,
    'max_packet_age=30',
    'password=secret',
    'decryption_method=8',
  ];
  writeFileSync(cfg, `${lines.join('\n')}\n`);
  writeFileSync(path.join(folder, 'send.cfg'), 'password=secret\nencryption_method=8\n');
  const arrived = async () => {
    const read = () => (existsSync(commandFile) ? readFileSync(commandFile, 'latin1') : '');
    return commandsOf(await waitFor('a command', read, (text) => text !== ''));
  };
  const send = () =>
    spawnSync(
      sendNsca,
      ['-H', '127.0.0.1', '-p', String(port), '-c', path.join(folder, 'send.cfg')],
      { input: 'web01\tdisk\t2\tfull\n' },
    ).status;
  return { folder, cfg, arrived, send, state: path.join(folder, 'state') };
}

const expected = ['PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full'];

for (const options of [['--nsca-cfg'], ['--single', '-c'], ['--daemon', '-f', '-c']]) {
  test(`an nsca.cfg after ${options.join(' ')}`, { skip }, async (t) => {
    const { folder, cfg, arrived, send, state } = nscaCfg(t, await freePort());
    const args = ['run', ...options, cfg, '--state-dir', state, '--log-format', 'json'];
    const shim = Program.start(t, 'nagtail-shim', args);
    await shim.record('LISTENING');
    const [note] = shim.records('NSCA_CFG_KEY');
    assert.equal(note, undefined);
    assert.equal(send(), 0);
    assert.deepEqual(await arrived(), expected);
    assert(existsSync(path.join(folder, 'pid')));
    assert.equal((await shim.stop()).code, 0);
    assert(!existsSync(path.join(folder, 'pid')));
  });
}

/** Starts the receiver with an open, listening socket as one of its descriptors. */
async function startWithSocket(t: TestContext, fd: 0 | 3, port: number, args: readonly string[]) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const socket = '_handle' in server ? server._handle : undefined;
  const stdio: (unknown | string)[] = ['ignore', 'ignore', 'pipe'];
  stdio[fd] = socket && typeof socket === 'object' && 'fd' in socket ? socket.fd : undefined;
  const main = path.resolve(import.meta.dirname, '../../server-shim/main.ts');
  // Only the process itself knows its number, which systemd sets.
  const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"';
  const child: ChildProcess = spawn('sh', ['-c', script, process.execPath, main, ...args], {
    stdio: stdio as ('ignore' | 'pipe' | number)[],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  t.after(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    server.close();
  });
  await waitFor('it to listen', () => said.includes('LISTENING'));
  // From now on the child alone accepts what comes.
  server.close();
}

test('a listening socket from systemd', { skip }, async (t) => {
  const port = await freePort();
  const { cfg, arrived, send, state } = nscaCfg(t, port);
  await startWithSocket(t, 3, port, ['run', '--nsca-cfg', cfg, '--state-dir', state]);
  assert.equal(send(), 0);
  assert.deepEqual(await arrived(), expected);
});

test('a listening socket from xinetd, as standard input', { skip }, async (t) => {
  const port = await freePort();
  const { cfg, arrived, send, state } = nscaCfg(t, port);
  await startWithSocket(t, 0, port, ['run', '--inetd', '-c', cfg, '--state-dir', state]);
  assert.equal(send(), 0);
  assert.deepEqual(await arrived(), expected);
});

/** Runs the receiver with a connection as its standard input, and gives how it ended. */
async function runWithConnection(t: TestContext, args: readonly string[]) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connect({ host: '127.0.0.1', port });
  const [accepted] = await once(server, 'connection');
  t.after(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  const main = path.resolve(import.meta.dirname, '../../server-shim/main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: [accepted, 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const stderr = (await child.stderr?.toArray())?.join('') ?? '';
  const [status] = await ended;
  return { status, stderr };
}

test("xinetd's wait = no is refused, and told what to set", async (t) => {
  const { cfg, state } = nscaCfg(t, await freePort());
  const args = ['run', '--inetd', '-c', cfg, '--state-dir', state];
  const { status, stderr } = await runWithConnection(t, args);
  assert.equal(status, 1);
  assert.match(stderr, /cannot listen for NSCA on file descriptor 0: it is no listening socket/);
  assert.match(stderr, /`wait = yes`/);
});

test('--inetd without a socket is told the same', async (t) => {
  const { cfg, state } = nscaCfg(t, await freePort());
  const args = ['run', '--inetd', '-c', cfg, '--state-dir', state];
  const { code, stderr } = await Program.run(t, 'nagtail-shim', args);
  assert.equal(code, 1);
  assert.match(stderr, /it is no listening socket/);
});
