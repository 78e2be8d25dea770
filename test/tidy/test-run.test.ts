import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { projectRoot } from './project-files.ts';

/** One that passes, one that fails in a suite, one that is skipped for a reason, one that hangs. */
const sample = `
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
test('good', () => {});
describe('suite', () => {
  test('bad', () => assert.equal(1, 2));
});
test('absent', { skip: 'peer x is not installed' }, () => {});
test('hangs', { timeout: 50 }, () => new Promise((resolve) => setTimeout(resolve, 60_000).unref()));
`;

function runSamples(files: Readonly<Record<string, string>>, folder: string) {
  const names = Object.keys(files).map((name) => path.join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const summary = path.join(folder, 'summary');
  const reporter = path.join(projectRoot, 'test/support/closing-reporter.ts');
  const environment: NodeJS.ProcessEnv = { ...process.env, NAGTAIL_TEST_SUMMARY: summary };
  // Set in files that a runner has started; this one is not part of that run.
  delete environment['NODE_TEST_CONTEXT'];
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...names],
    { cwd: folder, env: environment, encoding: 'utf8' },
  );
  return { status, lines: stdout.split('\n'), summary: readFileSync(summary, 'utf8') };
}

test('the reporter names every failure and every skip, and counts all', (t) => {
  const broken = 'import "./nowhere.mjs";';
  const samples = { 'sample.test.mjs': sample, 'broken.test.mjs': broken };
  const { status, lines, summary } = runSamples(samples, tempDir(t));
  assert.equal(status, 1);
  assert.equal(summary, '1 3 1\n');
  for (const line of [
    'failed: sample.test.mjs: bad',
    'failed: sample.test.mjs: hangs',
    'failed: broken.test.mjs: broken.test.mjs',
    'skipped: sample.test.mjs: absent (peer x is not installed)',
    '# pass 1',
    '# skipped 1',
  ]) {
    assert.ok(
      lines.some((found) => found.replace(/(?<=: )\S*\/(?=broken)/, '') === line),
      `${line}\nis not in\n${lines.join('\n')}`,
    );
  }
});

test('when all pass', (t) => {
  const text = "import { test } from 'node:test';\ntest('good', () => {});\n";
  const { status, summary } = runSamples({ 'good.test.mjs': text }, tempDir(t));
  assert.deepEqual([status, summary], [0, '1 0 0\n']);
});

test('a peer that is missing is a reason to skip, or a failure where peers are required', (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, NAGTAIL_PEERS_DIR: tempDir(t), NAGTAIL_REQUIRE_PEERS: '' };
  const reason = 'peer send_nsca of nsca-ng is not installed (Debian package nsca-ng-client)';
  assert.equal(peer('send_nsca of nsca-ng').skip, reason);
  process.env['NAGTAIL_REQUIRE_PEERS'] = '1';
  assert.throws(() => peer('send_nsca of nsca-ng'), { message: reason });
});

test('a run that is killed leaves no program behind', async (t) => {
  const support = JSON.stringify(path.join(projectRoot, 'test/support/mortal-command.ts'));
  const code = `
    import { spawn } from 'node:child_process';
    import { mortalCommand } from ${support};
    console.log(spawn(...mortalCommand('sleep', ['1000']), { stdio: 'ignore' }).pid);`;
  const run = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code]);
  t.after(() => run.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: run.stdout }), 'line');
  const program = `/proc/${line}/cmdline`;
  const isSleep = () => readFileSync(program, 'utf8').startsWith('sleep');
  await waitFor('the program', isSleep);
  run.kill('SIGKILL');
  await waitFor('its end', () => !existsSync(program));
});
