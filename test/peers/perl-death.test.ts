import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { peer } from '../support/peers.ts';
import { faultOf, isGone, referenceOf, startPerl, valuesOf } from '../support/perl-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const { path, skip } = peer('perl');

test('a perl that ends is reported and started again', { skip }, async (context) => {
  const { perl, logs, printed } = startPerl(context);
  const code = referenceOf(perl.evaluate('$kept = 1; sub { 5 }', 'scalar'));
  assert.equal(perl.generation, 1);
  assert.match(faultOf(perl.evaluate('print "bye"; exit 3', 'list')), /its code called exit\(3\)/);
  assert.deepEqual(printed, ['bye']);
  assert.equal(perl.generation, 2);
  assert.match(faultOf(perl.call(code, [], 'list')), /^the Perl interpreter was restarted; CODE/);
  assert.deepEqual(valuesOf(perl.evaluate('$kept', 'scalar')), [undefined]);
  assert.match(
    faultOf(perl.evaluate('kill KILL => $$; sleep 9', 'list')),
    /ended by signal SIGKILL/,
  );
  assert.match(faultOf(perl.evaluate('POSIX::_exit(4)', 'list')), /exit status 4/);
  const before = referenceOf(perl.evaluate('sub { 6 }', 'scalar'));
  assert.ok(before.reference > code.reference);
  const pid = perl.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor('perl to be gone', () => isGone(pid));
  assert.match(faultOf(perl.call(before, [], 'list')), /SIGKILL|it ended/);
  assert.match(faultOf(perl.evaluate('close STDERR; exec "true"', 'list')), /died/);
  assert.equal(logs.of('PERL_DIED').length, 5);
  assert.equal(logs.of('PERL_DIED')[0]?.fields['reason'], 'its code called exit(3)');
});

test('signals to the process group do not end perl; closing does', { skip }, async (context) => {
  const { perl } = startPerl(context);
  const code = 'kill $_ => $$ for qw(INT TERM HUP USR1 USR2 PIPE); 5';
  assert.deepEqual(valuesOf(perl.evaluate(code, 'scalar')), ['5']);
  const pid = perl.pid ?? 0;
  perl.close();
  await waitFor('perl to end', () => isGone(pid));
  assert.deepEqual(valuesOf(perl.evaluate('6', 'scalar')), ['6']);
});

test('one that dies at each call is not started for ever', { skip }, (context) => {
  const { perl, logs } = startPerl(context);
  for (let call = 0; call < 15; call += 1) perl.evaluate('POSIX::_exit(1)', 'list');
  assert.equal(logs.of('PERL_DIED').length, 10);
  assert.match(faultOf(perl.evaluate('1', 'list')), /died too often/);
});

test('a call beyond its time limit is a fault', { skip }, (context) => {
  const { perl } = startPerl(context, { timeoutMs: 200 });
  assert.deepEqual(valuesOf(perl.evaluate('select undef, undef, undef, 0.05; 5', 'scalar')), ['5']);
  assert.match(faultOf(perl.evaluate('1 while 1', 'scalar')), /killed: no answer within 200 ms/);
  assert.deepEqual(valuesOf(perl.evaluate('"x" x 1_000_000', 'scalar')), ['x'.repeat(1_000_000)]);
});

/** Runs in a worker: tells the pid, then calls code that never ends, then tells what came of it. */
const workerCode = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.module).then(({ PerlCoprocess }) => {
  const ignore = () => {};
  const log = { error: ignore, warn: ignore, info: ignore, debug: ignore };
  const perl = new PerlCoprocess({ path: workerData.path, log, onOutput: ignore });
  perl.evaluate('1', 'list');
  parentPort.postMessage(perl.pid);
  parentPort.postMessage(perl.evaluate('1 while 1', 'list'));
  perl.close();
});
`;

test('in a worker thread; another thread ends a call by ending perl', { skip }, async () => {
  const module = new URL('../../agent/perl/perl-coprocess.ts', import.meta.url).href;
  const worker = new Worker(workerCode, { eval: true, workerData: { module, path } });
  const [pid] = await once(worker, 'message');
  const answered = once(worker, 'message');
  process.kill(pid, 'SIGKILL');
  const [outcome] = await answered;
  assert.match(outcome.fault, /SIGKILL/);
  await once(worker, 'exit');
});

test('code that never ends does so when the program is killed', { skip }, async (context) => {
  const module = new URL('../../agent/perl/perl-coprocess.ts', import.meta.url).href;
  const program = `
    import { PerlCoprocess } from '${module}';
    const ignore = () => {};
    const log = { error: ignore, warn: ignore, info: ignore, debug: ignore };
    const perl = new PerlCoprocess({ path: '${path}', log, onOutput: ignore });
    perl.evaluate('1', 'list');
    process.stdout.write(String(perl.pid) + '\\n', () => perl.evaluate('1 while 1', 'list'));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  const [told] = await once(child.stdout, 'data');
  const pid = Number(String(told).trim());
  assert.ok(pid > 1 && !isGone(pid));
  context.after(() => isGone(pid) || process.kill(pid, 'SIGKILL'));
  child.kill('SIGKILL');
  await waitFor('perl to end', () => isGone(pid));
});

test('an alarm of code that strikes between calls', { skip }, async (context) => {
  const { perl } = startPerl(context);
  const code = '$SIG{ALRM} = sub { print "struck" }; alarm 1; select undef, undef, undef, 1.2; 5';
  assert.deepEqual(valuesOf(perl.evaluate(code, 'scalar')), ['5']);
  valuesOf(perl.evaluate('close STDERR; $SIG{ALRM} = sub { die "struck" }; alarm 1', 'scalar'));
  const pid = perl.pid ?? 0;
  await waitFor('perl to end', () => isGone(pid));
  assert.match(faultOf(perl.evaluate('1', 'list')), /exit\(\d+\)/);
  assert.deepEqual(valuesOf(perl.evaluate('1', 'list')), ['1']);
});

test('a perl that cannot be started is a fault', { skip }, (context) => {
  const { perl } = startPerl(context, { path: join(tempDir(context), 'none') });
  assert.match(faultOf(perl.evaluate('1', 'list')), /could not be started/);
});
