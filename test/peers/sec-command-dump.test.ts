import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeFifo } from '../support/fifo.ts';
import { peer } from '../support/peers.ts';
import { comparableLog, type SecProgramName, SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/* Dumps of the same state, by the real SEC and by `nagtail sec`. */

const sec = peer('sec');

const rules = `
type=Single
ptype=RegExp
pattern=^a (?<n>\\S+)
varmap=CE; v=1
context=!NOCTX && (C1 || !C2)
desc=got $1
action=write - %s; create C_$1 60 (write - over; if %x (none) else (logonly hey)); add C_$1 l1; add C_$1 l2; \\
  alias C_$1 ALI; assign %v x; shellcmd sleep 100; spawn sleep 101; cspawn CTX sleep 102; event 50 foo; cevent CC 60 bar; \\
  create FOREVER
continue=TakeNext

type=SingleWithThreshold
ptype=SubStr2
pattern=b \\s x
desc=b $1
action=write - B $1
action2=none
window=100
thresh=3
context=[!NOT]

type=SingleWith2Thresholds
ptype=RegExp
pattern=^t (\\S+)
desc=t $1
action=write - T $1
window=100
thresh=2
window2=50
thresh2=2
desc2=xx
action2=none
continue=GoTo L1

type=SingleWithSuppress
ptype=RegExp
pattern=^s (\\S+)
desc=sup $1
action=write - S $1
window=100
continue=EndMatch

label=L1
type=PairWithWindow
ptype=NRegExp
pattern=^[a-oq-z]
desc=pair $0
action=write - p1 $0
ptype2=TValue
pattern2=false
desc2=pair $1 end %1
action2=write - p2 %1
window=50
context2=X || Y
continue2=takenext

type=Pair
ptype=RegExp
pattern=^i (\\S+)
desc=infinite $1
action=none
ptype2=RegExp
pattern2=^j $1
desc2=j
action2=none

type=EventGroup2
ptype=RegExp
pattern=^e (\\S+)
ptype2=RegExp
pattern2=^f (\\S+)
thresh2=4
desc=group $1
action=write - eg
init=none
slide=none
end=write - end
window=70
multact=yes
egptype=RegExp
egpattern=1 2
count=none
count2=logonly c2
egtoken2=tok

type=EventGroup
ptype=RegExp
pattern=^g
desc=group without tokens
action=none
window=70

type=Suppress
ptype=NSubStr
pattern=z
desc=all the rest
`;

const lines =
  'a 1\nb 1\nt 1\np 2\ne 1\nf 2\ng\nt 2\nt 1\nt 3\nt 3\nt 3\ns 1\ni 1\nb \nx\na 1\nzz\na end\n';

interface Dumped {
  readonly text: string;
  readonly log: readonly string[];
  readonly names: readonly string[];
}

/** Runs a program on these rules and lines, and gives what it dumps. */
async function dumped(
  t: TestContext,
  program: SecProgramName,
  more: readonly string[],
): Promise<Dumped> {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'r.sec'), rules);
  writeFileSync(path.join(folder, 'in'), lines);
  makeFifo(path.join(folder, 'fifo'));
  const inputs = ['--input=in', '--input=fifo=CTXF', '--input=missing'];
  const options = ['--conf=r.sec', '--fromstart', '--log=log', '--dump=dump', '--debug=6'];
  const run = new SecRun(t, program, { folder, args: [...options, ...inputs, ...more] });
  await run.wrote('got end\n');
  execFileSync('sh', ['-c', 'printf "b   x\\na 3\\n" > fifo'], { cwd: folder });
  await run.wrote('got 3\n');
  run.append('in', 'a 2\n');
  await run.wrote('got 2\n');
  run.kill('SIGUSR1');
  await run.logged('Dump to');
  const name = readdirSync(folder).find((one) => one.startsWith('dump')) ?? '';
  const text = readFileSync(path.join(folder, name), 'latin1');
  if (!more.includes('--dumpfts')) {
    run.kill('SIGUSR1');
    await run.logged("Can't write to dumpfile");
  }
  await run.stop();
  const log = comparableLog(run.log).filter((line) => /ump/.test(line));
  return { text, log, names: readdirSync(folder).map((one) => one.replace(/\d{6,}/, 'TIME')) };
}

/** The sections of a text dump without what differs between two runs; lists are sorted. */
function sections(text: string): Record<string, unknown> {
  const parts = text.split(/^([A-Z][a-z ]+):\n={60}\n/m).slice(1);
  const found: Record<string, unknown> = {};
  for (let index = 0; index < parts.length; index += 2) {
    const [title = '', body = ''] = parts.slice(index);
    found[title] = comparableSection(title, body);
  }
  return found;
}

function comparableSection(title: string, body: string): unknown {
  const plain = body
    .replace(/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME')
    .replace(/PID: \d+/g, 'PID: N')
    .replace(/(version: SEC) .*/g, '$1')
    .replace(/device\/inode: [\d/]+/g, 'device/inode: N')
    .replace(/time: [\d.]+ seconds/g, 'time: N seconds')
    .replace(/ +[\d.]+ seconds of CPU/g, ' N seconds of CPU');
  switch (title) {
    case 'Environment':
      return plain.split('\n').filter((line) => line.startsWith('PATH='));
    case 'List of event correlation operations':
    case 'Child processes':
      return plain.split(/^-{60}\n/m).sort();
    case 'List of contexts': {
      const inOrder = (block: string) =>
        block.replace(/(?:Context Name: .*\n)+/, (names) => names.split('\n').sort().join('\n'));
      return plain
        .split(/^-{60}\n/m)
        .map(inOrder)
        .sort();
    }
    case 'Action list variables':
      // What the version of SEC has, and what differs from moment to moment.
      return plain.split('\n').filter((line) => /^%\w/.test(line) && !/^%[stu] /.test(line));
    default:
      return plain;
  }
}

/** A JSON dump without what differs between two runs. */
function comparableJson(text: string): unknown {
  const times = /time$|^window(?:start|end)$|^(?:dev|inode|pid|user|system|childuser|childsystem)$/;
  const dump: unknown = JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'version') return 'SEC';
    if (key === 'env') return {};
    if (key === 'variables' && typeof value === 'object' && value !== null) {
      const kept = Object.entries(value).filter(([name]) => /^[a-rv-z]/.test(name));
      return Object.fromEntries(kept);
    }
    if (key === 'eventtimes' && Array.isArray(value)) return value.length;
    if (key === 'name' && Array.isArray(value)) return value.map(String).sort();
    if (key === 'contexts' && Array.isArray(value))
      return value.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
    if (key === 'children' && typeof value === 'object' && value !== null) {
      return Object.values(value)
        .map((one) => JSON.stringify(one, Object.keys(one).sort()))
        .sort();
    }
    return times.test(key) && typeof value === 'number' ? 0 : value;
  });
  return dump;
}

const settings: readonly (readonly string[])[] = [
  [],
  ['--ruleperf', '--intcontexts', '--intevents'],
  ['--bufsize=2', '--jointbuf'],
  ['--dumpfts'],
];

describe('a dump shows what a dump of SEC shows', { skip: sec.skip }, () => {
  for (const more of settings) {
    test(`as a text ${more.join(' ')}`, async (t) => {
      const runs = secPrograms.map((program) => dumped(t, program, more));
      const [expected, actual] = await Promise.all(runs);
      assert.deepEqual(sections(actual?.text ?? ''), sections(expected?.text ?? ''));
      assert.deepEqual(actual?.log, expected?.log);
      assert.deepEqual(actual?.names, expected?.names);
    });
    test(`as JSON ${more.join(' ')}`, async (t) => {
      const runs = secPrograms.map((program) => dumped(t, program, [...more, '--dumpfjson']));
      const [expected, actual] = await Promise.all(runs);
      assert.deepEqual(comparableJson(actual?.text ?? ''), comparableJson(expected?.text ?? ''));
    });
  }
});

test('a dump that cannot be written is told, and changes nothing', async (t) => {
  const folder = tempDir(t);
  const args = ['--dump=none/dump', '--log=log', '--debug=4'];
  const run = new SecRun(t, 'nagtail sec', { folder, args });
  await waitFor('the log', () => existsSync(path.join(folder, 'log')));
  await run.logged('SEC');
  run.kill('SIGUSR1');
  await run.logged("Can't open dumpfile none/dump");
  assert.deepEqual(await run.stop(), { code: 0, signal: null });
});
