import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { median } from './median.ts';
import { processUsage, settleMs } from './process-usage.ts';

/*
 * What scripts/package makes: size in the package and on disk, time of a start, memory of the
 * programs at rest; beside the sources of the checkout. See bench/README.md.
 */

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: path.join(root, 'dist') },
    starts: { type: 'string', default: '9' },
    rest: { type: 'string', default: '10' },
  },
});
if (!existsSync(values.dist)) {
  console.error(`there is nothing in ${values.dist}: build the packages first, by scripts/package`);
  process.exit(2);
}
const starts = Number(values.starts);
const restSeconds = Number(values.rest);

/** One way of installing a program: how it is started, and what it takes. */
interface Artefact {
  readonly what: string;
  readonly packed: number | undefined;
  readonly unpacked: number | undefined;
  readonly command: readonly [string, ...string[]];
}

const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-artefacts-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
process.env['NAGTAIL_NODE'] ??= process.execPath;

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const agents = [
  packaged('.deb', `nagtail_${version}_amd64.deb`, 'nagtail'),
  unpackedTar('tarball', `nagtail-${version}-linux-x64.tar.gz`, 'nagtail'),
  unpackedTar('tarball without Node.js', `nagtail-${version}-any.tar.gz`, 'nagtail'),
  single('one executable', `nagtail-${version}-linux-x64`, 'nagtail'),
  sources('nagtail'),
];
const shims = [
  packaged('.deb', `nagtail-shim_${version}_amd64.deb`, 'nagtail-shim'),
  single('one executable', `nagtail-${version}-linux-x64`, 'nagtail-shim'),
  sources('nagtail-shim'),
];

print([
  'nagtail',
  'packed MiB',
  'on disk MiB',
  '--version ms',
  'RSS MiB',
  'anonymous MiB',
  'CPU %',
]);
for (const agent of agents) print(await measured(agent, await agentConfiguration()));
print(['nagtail-shim', '', '', '', '', '', '']);
for (const shim of shims) print(await measured(shim, await shimConfiguration()));

/** The programs of the .deb, as it installs them. */
function packaged(what: string, file: string, name: string): Artefact {
  const into = path.join(folder, name);
  execFileSync('dpkg-deb', ['-x', path.join(values.dist, file), into]);
  const library = path.join(into, 'usr/lib', name);
  return {
    what,
    packed: statSync(path.join(values.dist, file)).size,
    unpacked: bytesOf(into),
    command: [path.join(library, 'node'), path.join(library, 'app', `${name}.js`)],
  };
}

function unpackedTar(what: string, file: string, name: string): Artefact {
  const into = path.join(folder, file);
  mkdirSync(into);
  const from = path.join(values.dist, file);
  execFileSync('tar', ['-C', into, '--strip-components=1', '-xzf', from]);
  return {
    what,
    packed: statSync(from).size,
    unpacked: bytesOf(into),
    command: [path.join(into, 'bin', name)],
  };
}

/**
 * The executable that has both programs in it, written in small pieces as others are unpacked: how large the pieces
 * were decides how large those are in which the system maps a file, which shows as resident memory.
 */
function single(what: string, file: string, name: string): Artefact {
  const program = path.join(folder, name + file);
  const copy = [`if=${path.join(values.dist, file)}`, `of=${program}`, 'bs=64k', 'status=none'];
  execFileSync('dd', copy);
  chmodSync(program, 0o755);
  const { size } = statSync(program);
  return { what, packed: size, unpacked: size, command: [program, name] };
}

function sources(name: string): Artefact {
  const command = path.join(root, 'scripts', name);
  return { what: 'sources', packed: undefined, unpacked: undefined, command: [command] };
}

function bytesOf(place: string): number {
  return Number(execFileSync('du', ['-sb', place], { encoding: 'utf8' }).split('\t')[0]);
}

async function measured(artefact: Artefact, config: string): Promise<string[]> {
  const times: number[] = [];
  const [program, ...first] = artefact.command;
  for (let i = 0; i <= starts; i++) {
    const begin = performance.now();
    spawnSync(program, [...first, '--version']);
    // The first start reads the files from the disk.
    if (i > 0) times.push(performance.now() - begin);
  }
  const child = spawn(program, [...first, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const rest = await atRest(child);
  child.kill('SIGTERM');
  return [
    artefact.what,
    mib(artefact.packed),
    mib(artefact.unpacked),
    median(times).toFixed(0),
    ...rest,
  ];
}

/** Memory and processor time of a program that has nothing to do. */
async function atRest(child: ChildProcess): Promise<string[]> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
  });
  await waitFor(
    'a start',
    () => said,
    (text) => /READY|LISTENING/.test(text),
    60_000,
  );
  await delay(settleMs);
  const pid = child.pid ?? 0;
  const before = processUsage(pid).cpuMs;
  await delay(restSeconds * 1000);
  const cpu = (processUsage(pid).cpuMs - before) / 10 / restSeconds;
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]);
  return [mib(kib('Rss') * 1024), mib(kib('Anonymous') * 1024), cpu.toFixed(2)];
}

/** The rules of config/, one log, and a receiver that does not answer. */
async function agentConfiguration(): Promise<string> {
  const own = mkdtempSync(path.join(folder, 'agent-'));
  writeFileSync(`${own}/log`, '');
  const port = await freePort();
  writeFileSync(
    `${own}/nagtail.ini`,
    `[agent]\nstate_dir = ${own}/state\nrules = ${root}/config/rules/*.sec\n[input.log]\npath = ${own}/log\n` +
      `[receiver.main]\nprotocol = nsca-ng\nhost = 127.0.0.1\nport = ${port}\npassword = secret\n`,
  );
  return `${own}/nagtail.ini`;
}

async function shimConfiguration(): Promise<string> {
  const own = mkdtempSync(path.join(folder, 'shim-'));
  writeFileSync(
    `${own}/nagtail-shim.ini`,
    `[shim]\nstate_dir = ${own}/state\n[listen.nsca-ng]\naddress = 127.0.0.1\nport = ${await freePort()}\n` +
      '[identity.web01]\npassword = secret\nhosts = web01\nservices = .*\n' +
      `[sink.file]\ntype = command-file\npath = ${own}/commands\ncreate = yes\n`,
  );
  return `${own}/nagtail-shim.ini`;
}

function mib(bytes: number | undefined): string {
  return bytes === undefined ? '' : (bytes / 1024 / 1024).toFixed(1);
}

function print(cells: readonly string[]): void {
  const [first = '', ...others] = cells;
  process.stdout.write(`${first.padEnd(24)}${others.map((cell) => cell.padStart(15)).join('')}\n`);
}
