import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { peer } from '../support/peers.ts';
import { comparableLog, SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/* What `nagtail sec` is as a process: in the background, under another user, idle, at its end. */

const sec = peer('sec');
const main = path.resolve(import.meta.dirname, '../../agent/main.ts');
const asRoot = process.getuid?.() === 0 ? false : 'needs root';

const rules = `
type=Single
ptype=RegExp
pattern=^a (\\S+)
desc=got $1
action=owritecl out.txt %s

type=Single
ptype=RegExp
pattern=^spawn (.*)
desc=spawn
action=shellcmd $1
`;

function commandOf(program: 'sec' | 'nagtail sec'): [string, string[]] {
  return program === 'sec' ? [sec.path, []] : [process.execPath, [main, 'sec']];
}

describe('in the background', { skip: sec.skip }, () => {
  for (const program of secPrograms) {
    test(program, async (t) => {
      const folder = tempDir(t);
      const file = (name: string) => path.join(folder, name);
      writeFileSync(file('r.sec'), rules.replace('out.txt', file('out.txt')));
      writeFileSync(file('in'), '');
      const [name, words] = commandOf(program);
      const given = [`--conf=${file('r.sec')}`, `--input=${file('in')}`, `--log=${file('log')}`];
      const options = [...given, '--detach', `--pid=${file('pid')}`];
      const started = spawnSync(name, [...words, ...options], { encoding: 'latin1' });
      assert.deepEqual([started.status, started.stdout, started.stderr], [0, '', '']);
      const pidText = () => (existsSync(file('pid')) ? readFileSync(file('pid'), 'latin1') : '');
      const text = await waitFor('the pid file', pidText, (found) => found !== '');
      assert.match(text, /^\d+\n$/);
      const pid = Number(text);
      assert.equal(readlinkSync(`/proc/${pid}/cwd`), '/');
      for (const descriptor of [0, 1, 2]) {
        assert.equal(readlinkSync(`/proc/${pid}/fd/${descriptor}`), '/dev/null');
      }
      await waitFor('a line', () => {
        writeFileSync(file('in'), 'a 1\n', { flag: 'a' });
        return existsSync(file('out.txt'));
      });
      process.kill(pid, 'SIGTERM');
      await waitFor('its end', () => !existsSync(`/proc/${pid}`));
      const log = comparableLog(readFileSync(file('log'), 'latin1').split('\n').slice(0, -1));
      const told = log.filter((line) => !/^Writing|rules loaded|bufsize/.test(line));
      assert.deepEqual(told, [
        'SEC',
        'Changing working directory to /',
        `Reading configuration from ${file('r.sec')}`,
        `Opening input file ${file('in')}`,
        'Daemonization complete',
        'SIGTERM received: shutting down SEC',
      ]);
      // It stays, as SEC's does.
      assert.ok(existsSync(file('pid')));
    });

    test(`${program}: not with standard input`, (t) => {
      const folder = tempDir(t);
      const [name, words] = commandOf(program);
      const log = path.join(folder, 'log');
      const ran = spawnSync(name, [...words, '--input=-', '--detach', `--log=${log}`]);
      assert.equal(ran.status, 1);
      assert.match(
        readFileSync(log, 'latin1'),
        /Can't become a daemon \(stdin is specified as input\), exiting!/,
      );
    });
  }
});

test('another user, other groups, another mask', { skip: sec.skip || asRoot }, async (t) => {
  const runs = secPrograms.map(async (program) => {
    const folder = tempDir(t);
    chmodSync(folder, 0o777);
    const user = ['--user=nobody', '--group=adm', '--group=users', '--umask=027'];
    const run = new SecRun(t, program, { folder, args: [...user, '--log=log', '--pid=pid'] });
    await waitFor('the pid file', () => existsSync(path.join(folder, 'pid')));
    const status = readFileSync(`/proc/${run.pid}/status`, 'latin1');
    const facts = status.split('\n').filter((line) => /^(?:Uid|Gid):/.test(line));
    const groups = new Set(/^Groups:\s*(.*)$/m.exec(status)?.[1]?.trim().split(' '));
    const { mode, uid, gid } = statSync(path.join(folder, 'log'));
    assert.deepEqual(await run.stop(), { code: 0, signal: null });
    return { facts, groups: [...groups].sort(), mode, uid, gid };
  });
  const [expected, actual] = await Promise.all(runs);
  assert.deepEqual(actual, expected);
});

test('only root changes its user', { skip: sec.skip || asRoot }, (t) => {
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];
  if (spawnSync('setpriv', [...asNobody, 'test', '-r', main]).status !== 0) {
    t.skip('another user cannot read this checkout');
    return;
  }
  const folder = tempDir(t);
  const [expected, actual] = secPrograms.map((program) => {
    const [name, words] = commandOf(program);
    const as = [...asNobody, name, ...words];
    const ran = spawnSync('setpriv', [...as, '--user=root', '--notail'], {
      cwd: folder,
      encoding: 'latin1',
    });
    return [ran.status, ran.stderr];
  });
  assert.deepEqual(actual, expected);
});

test('children get SIGTERM at the end, and nothing with --nochildterm', {
  skip: sec.skip,
}, async (t) => {
  for (const [option, killed] of [
    ['--childterm', true],
    ['--nochildterm', false],
  ] as const) {
    const runs = secPrograms.map(async (program) => {
      const folder = tempDir(t);
      writeFileSync(path.join(folder, 'r.sec'), rules);
      const command = 'trap "echo killed > killed; exit" TERM; echo $$ > pid; sleep 2 & wait';
      writeFileSync(path.join(folder, 'in'), `spawn ${command}\n`);
      const args = ['--conf=r.sec', '--input=in', '--fromstart', '--log=log', option];
      const run = new SecRun(t, program, { folder, args });
      await waitFor('the child', () => existsSync(path.join(folder, 'pid')));
      await run.stop();
      const child = readFileSync(path.join(folder, 'pid'), 'latin1').trim();
      await waitFor('the end of the child', () => !existsSync(`/proc/${child}`));
      const log = comparableLog(run.log).filter((line) => line.startsWith('Sending'));
      return { killed: existsSync(path.join(folder, 'killed')), log };
    });
    const [expected, actual] = await Promise.all(runs);
    assert.equal(actual?.killed, killed);
    assert.deepEqual(actual, expected);
  }
});

test('idle it takes next to no time, and TERM ends it at once', async (t) => {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'r.sec'), rules);
  writeFileSync(path.join(folder, 'in'), '');
  const run = new SecRun(t, 'nagtail sec', {
    folder,
    args: ['--conf=r.sec', '--input=in', '--log=log'],
  });
  await run.logged('Opening input file');
  // After the warming up of its first second.
  await delay(1000);
  const before = cpuTicks(run.pid);
  await delay(4000);
  const share = (cpuTicks(run.pid) - before) / 400;
  t.diagnostic(`idle: ${(share * 100).toFixed(2)} % of a processor`);
  assert.ok(share < 0.02, `idle it took ${share * 100} %`);
  const asked = performance.now();
  assert.deepEqual(await run.stop(), { code: 0, signal: null });
  assert.ok(performance.now() - asked < 2000);
});

/** User and system time of a process so far, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

test('syslog gets facility, severity, name and process number', async (t) => {
  const folder = tempDir(t);
  const socket = path.join(folder, 'log-socket');
  const receive = `use IO::Socket::UNIX; $|=1; my $s=IO::Socket::UNIX->new(Type=>SOCK_DGRAM,Local=>$ARGV[0]); print "ready\\n"; while (defined $s->recv(my $m,65536)) { print "$m\\n" }`;
  const receiver = spawn('perl', ['-MSocket', '-e', receive, socket]);
  t.after(() => receiver.kill());
  let received = '';
  receiver.stdout.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  await waitFor('the receiver', () => received.includes('ready'));
  // The real logger, but to this socket.
  mkdirSync(path.join(folder, 'bin'));
  const logger = execFileSync('sh', ['-c', 'command -v logger'], { encoding: 'latin1' }).trim();
  const wrapper = `#!/bin/sh\nexec ${logger} --socket ${socket} "$@"\n`;
  writeFileSync(path.join(folder, 'bin/logger'), wrapper, { mode: 0o755 });
  writeFileSync(path.join(folder, 'in'), 'spawn exit 3; :\n');
  writeFileSync(path.join(folder, 'r.sec'), rules);
  const run = new SecRun(t, 'nagtail sec', {
    folder,
    args: ['--conf=r.sec', '--conf=none', '--input=in', '--fromstart', '--syslog=local3'],
    environment: { PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}` },
  });
  await waitFor('a warning', () => received.includes('terminated'));
  await run.stop();
  await waitFor('the last message', () => received.includes('SIGTERM received'));
  const local3 = 19 * 8;
  const tag = `sec\\[${run.pid}\\]: `;
  assert.match(received, new RegExp(`<${local3 + 5}>.* ${tag}Reading configuration from r.sec`));
  assert.match(received, new RegExp(`<${local3 + 3}>.* ${tag}Can't open configuration file none`));
  assert.match(received, new RegExp(`<${local3 + 4}>.* ${tag}Child \\d+ terminated`));
});

test('help and version', () => {
  for (const option of ['--help', '-?', '--version']) {
    const ran = spawnSync(process.execPath, [main, 'sec', option], { encoding: 'utf8' });
    assert.equal(ran.status, 0);
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /SEC \(Simple Event Correlator\)/);
  }
});
