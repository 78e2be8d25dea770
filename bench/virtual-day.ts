import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/*
 * A day under the virtual clock of `nagtail simulate`: 86,400 seconds, 10,000 lines, Calendar
 * rules; beside it the real SEC on the virtual clock of test/oracle, and whether both agree.
 */

const rules = String.raw`type=SingleWithThreshold
ptype=RegExp
pattern=sshd\[\d+\]: Failed password for (\S+)
continue=TakeNext
desc=many $1
window=600
thresh=5
action=write - many failures of $1 at %.hmsstr

type=Single
ptype=RegExp
pattern=sshd\[\d+\]: Failed password for (\S+)
desc=one $1
action=add FAILED $1

type=Calendar
time=*/5 * * * *
desc=five minutes
action=event 0 tick %.hmsstr

type=Calendar
time=0 * * * *
desc=hour
action=getsize %n FAILED; write - %n failures up to %.hmsstr; empty FAILED

type=SingleWithSuppress
ptype=RegExp
pattern=^tick
desc=tick
window=3600
action=create HOUR 1800 ( write - half an hour later at %.hmsstr )
`;

const lineCount = 10_000;
const daySeconds = 86_400;
const root = path.resolve(import.meta.dirname, '..');

const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-day-'));
try {
  const file = path.join(folder, 'day.case');
  writeFileSync(file, `${rules}\n=== input\n${scenario()}\n`);
  const ours = timed('nagtail simulate', 'scripts/nagtail', ['simulate', file]);
  const theirs = timed('SEC on a virtual clock', 'test/oracle/sec-oracle', [file]);
  process.stdout.write(`${ours === theirs ? 'the same transcript' : 'the transcripts differ'}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function scenario(): string {
  const steps: string[] = [];
  let time = 0;
  for (let number = 0; number < lineCount; number++) {
    steps.push(`Nov 14 host sshd[${number}]: Failed password for user${number % 37}`);
    const next = Math.round(((number + 1) * daySeconds) / lineCount);
    steps.push(`@+${next - time}`);
    time = next;
  }
  return steps.join('\n');
}

/** Runs a program and prints how long it took. */
function timed(name: string, program: string, args: readonly string[]): string {
  const start = performance.now();
  const ran = spawnSync(path.join(root, program), args, { encoding: 'latin1' });
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`${name}: ${seconds.toFixed(2)} s, exit code ${ran.status}\n`);
  return ran.stdout;
}
