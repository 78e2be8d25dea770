import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { JournalFiles, noJournal } from '../support/journal-files.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/** A message becomes a result, and every third failure another one. */
const rules = String.raw`
type=SingleWithThreshold
ptype=RegExp
pattern=^\w+ [ \d]\d [\d:]{8} web01 app\[77\]: failure (\d+)
desc=failures
window=3600
thresh=3
action=submit (web01;app;2;three failures from $1 on); reset 0
continue=TakeNext

type=Single
ptype=RegExp
pattern=failure (\d+)
context=from_journal
desc=a failure
action=submit (web01;each;0;$1)

type=Single
ptype=RegExp
pattern=^file (\d+)
desc=a line of the file
action=submit (web01;file;0;$1)
`;

async function agentOn(t: TestContext, journal: JournalFiles) {
  const port = await freePort();
  const shim = new ShimFiles(t, { port });
  await shim.start();
  const inputs = `[input.system]
type = journal
directory = ${journal.folder}
units = app.service
context = from_journal
from_start = yes`;
  return { shim, files: new AgentFiles(t, { port, rules: [rules], inputs }) };
}

const failures = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    message: `failure ${from + index}`,
    fields: { _SYSTEMD_UNIT: 'app.service' },
  }));

const command = (service: string, rest: string) =>
  `PROCESS_SERVICE_CHECK_RESULT;web01;${service};${rest}`;

/** What lines 1 to `last` of the journal give, in order for each service. */
function expected(last: number): string[] {
  const each = Array.from({ length: last }, (_, index) => command('each', `0;${index + 1}`));
  const threes = Array.from({ length: Math.floor(last / 3) }, (_, index) =>
    command('app', `2;three failures from ${index * 3 + 1} on`),
  );
  return [...each, ...threes].sort();
}

/** Commands without the repeats that plain NSCA makes after a kill. */
const unique = (commands: readonly string[]) => [...new Set(commands)].sort();

/** Processes that read this journal. */
function readersOf({ folder }: JournalFiles): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').filter((args) => args.includes(`--directory=${folder}`));
}

describe('nagtail run on the systemd journal', { skip: noJournal }, () => {
  test('kill -9 and restarts: each entry counts once, also those that came meanwhile', async (t) => {
    const journal = new JournalFiles(t);
    journal.append('a', failures(1, 10));
    const { shim, files } = await agentOn(t, journal);
    let last = 10;
    for (const file of ['a', 'b', 'c']) {
      const agent = files.start();
      await agent.record('READY');
      journal.append(file, failures(last + 1, last + 40));
      last += 40;
      // In the middle of it.
      await waitFor('some results', () => unique(shim.commands).length > last - 35);
      await agent.stop('SIGKILL');
      await waitFor('the end of journalctl', () => readersOf(journal).length === 0);
      journal.append(file, failures(last + 1, last + 10));
      last += 10;
    }
    const agent = files.start();
    await waitFor(
      'all results',
      () => unique(shim.commands).length,
      (count) => count >= expected(last).length,
    );
    assert.deepEqual(unique(shim.commands), expected(last));
    assert.equal(agent.records('INPUT_LOST').length, 0);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    assert.deepEqual(readersOf(journal), []);
  });

  test('no journalctl on the host: said, and the other inputs are read', async (t) => {
    const journal = new JournalFiles(t);
    journal.append('a', failures(1, 1));
    const { shim, files } = await agentOn(t, journal);
    const programs = tempDir(t);
    for (const name of readdirSync('/usr/bin')) {
      if (name !== 'journalctl') symlinkSync(`/usr/bin/${name}`, path.join(programs, name));
    }
    const agent = files.start(undefined, { PATH: programs });
    const { message } = await agent.record('INPUT_UNREADABLE');
    assert.match(
      String(message),
      /^input journal:system cannot be read: journalctl is not installed/,
    );
    files.append('file 1');
    assert.deepEqual(await shim.waitForCommands(1), [command('file', '0;1')]);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });
});
