import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { isGone } from '../support/perl-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/* A case without an end must not go on, with a processor for itself, when who runs it is gone. */

const skip = peer('sec').skip || peer('perl').skip;

const endless = `type=Single
ptype=RegExp
pattern=go
context= =( 1 while 1 )
desc=d
action=none
=== input
go
`;

/** A process, and all that it has started, and they have. */
function familyOf(pid: number): readonly number[] {
  const listing = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,comm='], { encoding: 'latin1' });
  const processes = listing
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const childrenOf = (parent: number): number[] =>
    processes
      .filter(([, ppid, name]) => Number(ppid) === parent && name !== 'ps')
      .flatMap(([child]) => [Number(child), ...childrenOf(Number(child))]);
  return [pid, ...childrenOf(pid)];
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`a run ended by ${signal} leaves nothing behind`, { skip }, async (t) => {
    const file = path.join(tempDir(t), 'endless.case');
    writeFileSync(file, endless);
    const run = spawn(path.join(import.meta.dirname, '../fuzz/run'), [file], { stdio: 'ignore' });
    t.after(() => run.kill('SIGKILL'));
    const { pid } = run;
    assert.ok(pid !== undefined);
    // The runner, the oracle, SEC, our simulation, and its perl.
    const family = await waitFor(
      'both sides to be at it',
      () => familyOf(pid),
      ({ length }) => length >= 5,
    );
    run.kill(signal);
    await once(run, 'exit');
    await waitFor(
      'all of them to end',
      () => family.filter((one) => !isGone(one)),
      ({ length }) => length === 0,
    );
  });
}
