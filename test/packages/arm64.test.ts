import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { projectRoot } from '../tidy/project-files.ts';

const qemu = peer('qemu-aarch64-static');
const libraries = peer('libraries of arm64');

/** A program of another processor is some twenty times slower. */
const patienceMs = 120_000;

test('for ARM: on an emulated processor, a line becomes a command', {
  skip: qemu.skip || libraries.skip,
  timeout: 600_000,
}, async (t) => {
  const program = builtFile(buildPackages(t, 'single', ['--arch=arm64']), 'nagtail-');
  // The file is LIBRARIES/lib/ld-linux-aarch64.so.1.
  const root = path.resolve(libraries.path, '../..');
  const words = ['-L', root, program];
  const run = (...args: readonly string[]) =>
    execFileSync(qemu.path, [...words, ...args], { encoding: 'utf8' });
  assert.match(run('--version'), /^\d+\.\d+\.\d+\n$/);

  const { shimIni, agentIni, log, commands } = await configured(t);
  start(t, qemu.path, [...words, 'nagtail-shim', 'run', '--config', shimIni], shimIni);
  start(t, qemu.path, [...words, 'run', '--config', agentIni], agentIni);
  const said = () => readFileSync(`${agentIni}.out`, 'utf8');
  await waitFor('the agent', said, (text) => text.includes('READY'), patienceMs);
  appendFileSync(log, 'sshd[77]: Failed password for root from 192.0.2.7 port 4242 ssh2\n');
  const given = await waitFor(
    'a command',
    () => (existsSync(commands) ? readFileSync(commands, 'utf8') : ''),
    (text) => text !== '',
    patienceMs,
  );
  assert.match(given, /;web01;SSH logins;1;failed login of root/);
  assert.match(run('check', 'self', '--config', agentIni), /^NAGTAIL OK: /);
});

/** Both ends, configured for each other. */
async function configured(t: TestContext) {
  const folder = tempDir(t);
  const port = await freePort();
  mkdirSync(path.join(folder, 'rules'));
  const rules = path.join(projectRoot, 'config/rules/ssh-logins.sec');
  const [shimIni, agentIni, log, commands] = ['shim.ini', 'agent.ini', 'log', 'commands'].map(
    (name) => path.join(folder, name),
  ) as [string, string, string, string];
  writeFileSync(log, '');
  writeFileSync(
    shimIni,
    `[shim]\nstate_dir = shim\n[listen.nsca-ng]\naddress = 127.0.0.1\nport = ${port}\n` +
      '[identity.web01]\npassword = secret\nhosts = web01\nservices = .*\n' +
      '[sink.a]\ntype = command-file\npath = commands\ncreate = yes\n',
  );
  writeFileSync(
    agentIni,
    `[agent]\nhost_name = web01\nstate_dir = agent\nrules = ${rules}\n[input.log]\npath = log\n` +
      `[receiver.main]\nprotocol = nsca-ng\nhost = 127.0.0.1\nport = ${port}\npassword = secret\n`,
  );
  return { shimIni, agentIni, log, commands };
}

/** Starts a program; what it says goes to a file. */
function start(t: TestContext, command: string, args: readonly string[], ini: string): void {
  const script = `exec "$@" >'${ini}.out' 2>&1`;
  const child = spawn('sh', ['-c', script, 'sh', command, ...args], { stdio: 'ignore' });
  writeFileSync(`${ini}.out`, '');
  t.after(() => child.kill('SIGKILL'));
}
