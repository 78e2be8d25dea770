import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { PerlCoprocess, type PerlOptions } from '../../agent/perl/perl-coprocess.ts';
import { isReference } from '../../agent/perl/perl-frames.ts';
import type { PerlOutcome, PerlReference, PerlValue } from '../../agent/sec/perl/perl.ts';
import { LogList } from '../support/log-list.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const { path, skip } = peer('perl');
const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

interface Started {
  readonly perl: PerlCoprocess;
  readonly logs: LogList;
  readonly printed: string[];
}

function start(context: TestContext, options: Partial<PerlOptions> = {}): Started {
  const logs = new LogList();
  const printed: string[] = [];
  const onOutput = (text: string): void => void printed.push(text);
  const perl = new PerlCoprocess({ path, log: logs.log, onOutput, ...options });
  context.after(() => perl.close());
  return { perl, logs, printed };
}

function values(outcome: PerlOutcome): readonly PerlValue[] {
  assert.ok('values' in outcome, 'fault' in outcome ? outcome.fault : '');
  return outcome.values;
}

function fault(outcome: PerlOutcome): string {
  assert.ok('fault' in outcome, 'no fault');
  return outcome.fault;
}

function reference(outcome: PerlOutcome): PerlReference {
  const [value] = values(outcome);
  assert.ok(value !== undefined && isReference(value));
  return value;
}

test('evaluation in list and scalar context', { skip }, (context) => {
  const { perl } = start(context);
  const list = (code: string) => values(perl.evaluate(code, 'list'));
  const scalar = (code: string) => values(perl.evaluate(code, 'scalar'));
  assert.deepEqual(list('(1, "a b", undef, "", 0, "0", 1.5)'), [
    '1',
    'a b',
    undefined,
    '',
    '0',
    '0',
    '1.5',
  ]);
  assert.deepEqual(list('()'), []);
  assert.deepEqual(list('return; 5'), []);
  assert.deepEqual(list('wantarray ? "list" : "scalar"'), ['list']);
  assert.deepEqual(scalar('wantarray ? "list" : "scalar"'), ['scalar']);
  assert.deepEqual(scalar('()'), [undefined]);
  assert.deepEqual(scalar('my @a = (7, 8, 9); @a'), ['3']);
  assert.deepEqual(scalar('__PACKAGE__'), ['main::SEC']);
  assert.deepEqual(scalar('scalar(@_)'), ['0']);
  assert.deepEqual(scalar('$^W'), ['1']);
  assert.deepEqual(scalar('eval q{$undeclared = 5}; $@'), ['']);
  assert.deepEqual(scalar('"# no comment" # comment'), ['# no comment']);
});

test('functions: arguments of each kind, and the very same references', { skip }, (context) => {
  const { perl } = start(context);
  const show = reference(
    perl.evaluate(
      'sub { map { my $t = ref $_; !defined $_ ? "undef" : $t eq "ARRAY" ? "[@$_]"' +
        ' : $t eq "HASH" ? join(",", map { "$_=" . (defined $_[2]{$_} ? $_[2]{$_} : "u") } sort keys %$_) : $_ } @_ }',
      'scalar',
    ),
  );
  assert.equal(show.type, 'CODE');
  assert.match(show.text, /^CODE\(0x[0-9a-f]+\)$/);
  const hash = new Map([
    ['k', 'v'],
    ['n', undefined],
  ]);
  assert.deepEqual(values(perl.call(show, ['a\0b', ['x', 'y'], hash, undefined, ''], 'list')), [
    'a\0b',
    '[x y]',
    'k=v,n=u',
    'undef',
    '',
  ]);
  assert.deepEqual(values(perl.call(show, [], 'list')), []);
  const same = reference(perl.evaluate('sub { $_[0] == $kept ? "same" : "other" }', 'scalar'));
  const kept = reference(perl.evaluate('$kept = { a => 1, b => undef, c => [] }', 'scalar'));
  assert.equal(kept.type, 'HASH');
  assert.deepEqual([...(kept.entries ?? [])].slice().sort().slice(0, 2), [
    ['a', '1'],
    ['b', undefined],
  ]);
  assert.match(kept.entries?.get('c') ?? '', /^ARRAY/);
  assert.deepEqual(values(perl.call(same, [kept], 'scalar')), ['same']);
  perl.release(kept);
  assert.deepEqual(values(perl.call(same, [kept], 'scalar')), ['other']);
  assert.equal(reference(perl.evaluate('\\5', 'scalar')).type, 'other');
});

test('state stays between calls; modules, %ENV, standard input', { skip }, (context) => {
  const folder = tempDir(context);
  mkdirSync(join(folder, 'Some'));
  writeFileSync(join(folder, 'Some', 'Module.pm'), 'package Some::Module; sub f { "f@_" } 1;\n');
  const { perl } = start(context);
  values(
    perl.evaluate('$count = 1; sub twice { 2 * $_[0] } $_ = "topic"; $/ = undef; $, = "-"', 'list'),
  );
  const code = '++$count . twice(4) . $_ . "@ARGV" . (eof(STDIN) ? "eof" : "data")';
  assert.deepEqual(values(perl.evaluate(code, 'scalar')), ['28topiceof']);
  values(perl.evaluate(`use lib '${folder}'; require Some::Module; 1`, 'scalar'));
  assert.deepEqual(values(perl.evaluate('Some::Module::f(5)', 'scalar')), ['f5']);
  assert.deepEqual(values(perl.evaluate('$ENV{PATH}', 'scalar')), [process.env['PATH']]);
  assert.deepEqual(values(perl.evaluate('POSIX::strftime("%Y", gmtime 0)', 'scalar')), ['1970']);
});

test('what went wrong, in the words of perl', { skip }, (context) => {
  const { perl, logs } = start(context);
  const of = (code: string) =>
    fault(perl.evaluate(code, 'list')).replace(/\(eval \d+\)/, '(eval N)');
  assert.equal(of('1/0'), 'Illegal division by zero at (eval N) line 1.');
  assert.equal(of('die "oops\\n"'), 'oops');
  assert.equal(of('die "oops"'), 'oops at (eval N) line 1.');
  assert.match(of("'it's' eq 'bob'"), /^syntax error at \(eval N\) line 1, near "'it's' eq 'bob'"/);
  assert.match(
    of('"b"ob" . \'x\''),
    /^Can't find string terminator '"' anywhere before EOF at \(eval N\) line 1\.$/,
  );
  assert.match(of('die { a => 1 }'), /^HASH\(0x/);
  assert.equal(
    of('package Fault; use overload q("") => sub { "text of it" }; die bless {}'),
    'text of it',
  );
  const throwing = reference(perl.evaluate('sub { die @_ }', 'scalar'));
  assert.equal(fault(perl.call(throwing, ['no\n'], 'list')), 'no');
  for (const leave of ['next', 'last', 'redo'])
    assert.match(of(leave), /^Can't leave a loop that is not in the code/);
  assert.equal(
    fault(perl.call({ ...throwing, reference: 999 }, [], 'list')),
    'nagtail called a reference that is not code',
  );
  assert.deepEqual(logs.of('PERL_DIED'), []);
});

test('prints come in their order and before the value', { skip }, (context) => {
  const { perl, printed } = start(context);
  const printAll =
    'print "a", "b"; printf "%03d\\n", 5; syswrite STDOUT, "abcdef", 2, 1; { local $\\ = "\\n"; local $, = "-"; print 1, 2 }' +
    ' STDOUT->printf("%s", "p"); print STDOUT chr 255; my $old = select STDERR; select $old; print chr 0x263a; 7';
  assert.deepEqual(values(perl.evaluate(printAll, 'list')), ['7']);
  assert.deepEqual(printed.splice(0), ['ab005\nbc1-2\np\xff\xe2\x98\xba']);
  fault(perl.evaluate('print "before"; die "x"', 'list'));
  assert.deepEqual(printed.splice(0), ['before']);
  values(perl.evaluate('print "x" x 3_000_000', 'list'));
  assert.equal(printed.splice(0)[0]?.length, 3_000_000);
  assert.deepEqual(
    values(perl.evaluate('print("x" x 20_000_000) ? "printed" : "refused"', 'list')),
    ['refused'],
  );
});

test('any bytes and large strings come back unchanged', { skip }, (context) => {
  const { perl } = start(context);
  const echo = reference(perl.evaluate('sub { @_ }', 'scalar'));
  const large = allBytes.repeat(4096);
  for (const text of [allBytes, large, large.repeat(5)])
    assert.deepEqual(values(perl.call(echo, [text, 'next'], 'list')), [text, 'next']);
  assert.deepEqual(values(perl.call(echo, [[allBytes]], 'list')).length, 1);
  const quoted = `'${allBytes.replace(/['\\]/g, '\\$&')}'`;
  assert.deepEqual(values(perl.evaluate(quoted, 'scalar')), [allBytes]);
  assert.deepEqual(values(perl.evaluate('chr(0x263a), "\\xe4" . substr(chr(0x263a), 1)', 'list')), [
    '\xe2\x98\xba',
    '\xe4',
  ]);
});

test('a perl that ends is reported and started again', { skip }, async (context) => {
  const { perl, logs, printed } = start(context);
  const code = reference(perl.evaluate('$kept = 1; sub { 5 }', 'scalar'));
  assert.equal(perl.generation, 1);
  assert.match(fault(perl.evaluate('print "bye"; exit 3', 'list')), /its code called exit\(3\)/);
  assert.deepEqual(printed, ['bye']);
  assert.equal(perl.generation, 2);
  assert.match(fault(perl.call(code, [], 'list')), /^the Perl interpreter was restarted; CODE/);
  assert.deepEqual(values(perl.evaluate('$kept', 'scalar')), [undefined]);
  assert.match(fault(perl.evaluate('kill KILL => $$; sleep 9', 'list')), /ended by signal SIGKILL/);
  assert.match(fault(perl.evaluate('POSIX::_exit(4)', 'list')), /exit status 4/);
  const before = reference(perl.evaluate('sub { 6 }', 'scalar'));
  assert.ok(before.reference > code.reference);
  const pid = perl.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor('perl to be gone', () => isGone(pid));
  assert.match(fault(perl.call(before, [], 'list')), /SIGKILL|it ended/);
  assert.match(fault(perl.evaluate('close STDERR; exec "true"', 'list')), /died/);
  assert.equal(logs.of('PERL_DIED').length, 5);
  assert.equal(logs.of('PERL_DIED')[0]?.fields['reason'], 'its code called exit(3)');
});

test('signals to the process group do not end perl; closing does', { skip }, async (context) => {
  const { perl } = start(context);
  const code = 'kill $_ => $$ for qw(INT TERM HUP USR1 USR2 PIPE); 5';
  assert.deepEqual(values(perl.evaluate(code, 'scalar')), ['5']);
  const pid = perl.pid ?? 0;
  perl.close();
  await waitFor('perl to end', () => isGone(pid));
  assert.deepEqual(values(perl.evaluate('6', 'scalar')), ['6']);
});

test('one that dies at each call is not started for ever', { skip }, (context) => {
  const { perl, logs } = start(context);
  for (let call = 0; call < 15; call += 1) perl.evaluate('POSIX::_exit(1)', 'list');
  assert.equal(logs.of('PERL_DIED').length, 10);
  assert.match(fault(perl.evaluate('1', 'list')), /died too often/);
});

test('a call beyond its time limit is a fault', { skip }, (context) => {
  const { perl } = start(context, { timeoutMs: 200 });
  assert.deepEqual(values(perl.evaluate('select undef, undef, undef, 0.05; 5', 'scalar')), ['5']);
  assert.match(fault(perl.evaluate('1 while 1', 'scalar')), /killed: no answer within 200 ms/);
  assert.deepEqual(values(perl.evaluate('"x" x 1_000_000', 'scalar')), ['x'.repeat(1_000_000)]);
});

/** Runs in a worker: tells the pid, then calls code that never ends, then tells what came of it. */
const WORKER = `
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
  const worker = new Worker(WORKER, { eval: true, workerData: { module, path } });
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
  const { perl } = start(context);
  const code = '$SIG{ALRM} = sub { print "struck" }; alarm 1; select undef, undef, undef, 1.2; 5';
  assert.deepEqual(values(perl.evaluate(code, 'scalar')), ['5']);
  values(perl.evaluate('close STDERR; $SIG{ALRM} = sub { die "struck" }; alarm 1', 'scalar'));
  const pid = perl.pid ?? 0;
  await waitFor('perl to end', () => isGone(pid));
  assert.match(fault(perl.evaluate('1', 'list')), /exit\(\d+\)/);
  assert.deepEqual(values(perl.evaluate('1', 'list')), ['1']);
});

test('a perl that cannot be started is a fault', { skip }, (context) => {
  const { perl } = start(context, { path: join(tempDir(context), 'none') });
  assert.match(fault(perl.evaluate('1', 'list')), /could not be started/);
});

test('children that code forks do not disturb', { skip }, (context) => {
  const { perl, printed } = start(context);
  const code = 'my $pid = fork; exit 7 unless $pid; waitpid $pid, 0; $? >> 8';
  assert.deepEqual(values(perl.evaluate(code, 'scalar')), ['7']);
  const returning = 'my $pid = fork; if ($pid) { waitpid $pid, 0 } $pid ? "parent" : "child"';
  assert.deepEqual(values(perl.evaluate(returning, 'scalar')), ['parent']);
  assert.deepEqual(values(perl.evaluate('`echo out` . system("true")', 'scalar')), ['out\n0']);
  assert.deepEqual(printed, []);
  const left = 'my $pid = fork; if (!$pid) { close STDERR; sleep 20; exit } $pid';
  const child = Number(values(perl.evaluate(left, 'scalar'))[0]);
  try {
    assert.match(fault(perl.evaluate('exit 1', 'scalar')), /exit\(1\)/);
  } finally {
    process.kill(child, 'SIGKILL');
  }
});

test('what takes output may itself call', { skip }, (context) => {
  const answers: PerlOutcome[] = [];
  const onOutput = (text: string): void => void answers.push(started.perl.evaluate(text, 'list'));
  const started = start(context, { onOutput });
  assert.deepEqual(values(started.perl.evaluate('print "1 + 1"; 5', 'list')), ['5']);
  assert.deepEqual(answers, [{ values: ['2'] }]);
});

test('virtual time', { skip }, (context) => {
  let now = 1_700_000_000;
  const { perl } = start(context, { virtualTime: () => now });
  const code = 'join " ", time, time + 1, (gmtime)[5], scalar(gmtime(0)), (localtime)[0]';
  assert.match(
    String(values(perl.evaluate(code, 'scalar'))[0]),
    /^1700000000 1700000001 123 Thu Jan {2}1 00:00:00 1970 20$/,
  );
  now += 10;
  assert.deepEqual(values(perl.evaluate('sleep 5; time', 'scalar')), ['1700000015']);
});

const regexSamples: readonly (readonly [pattern: string, text: string])[] = [
  ['(\\((?:[^()]++|(?1))*\\))', 'foo a b (x(y)z) 12x'],
  ['(a)?(?(1)\\sb|zzz)', 'foo a b'],
  ['foo\\Kbar', 'foobar'],
  ['(?:(a)|b)*', 'ab'],
  ['(?<k>\\w+)=(?<v>\\w*)(?<no>x)?', 'a=b'],
  ['(?|a(.)|b(.))', 'bz'],
  ['^(\\xe4)(.)$', '\xe4\xff'],
  ['', 'anything'],
  ['a(*SKIP)b|.', 'ac'],
  ['never', 'no'],
];

/** The groups of a match as `perl -e` prints them. */
const MATCH_PROGRAM = `
my ($pattern, $text) = map { pack 'H*', $_ } @ARGV;
exit unless $text =~ /$pattern/;
print join ',', map { defined $_ ? 'x' . unpack 'H*', $_ : 'u' } $&, map { $$_ } 1 .. $#+;
print ';', join ',', map { "$_=" . unpack 'H*', $+{$_} } sort keys %+;
`;

test('regular expressions match as in perl -e', { skip }, (context) => {
  const { perl } = start(context);
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  for (const [pattern, text] of regexSamples) {
    const run = spawnSync(path, ['-e', MATCH_PROGRAM, hex(pattern), hex(text)], {
      encoding: 'latin1',
    });
    const compiled = perl.compileRegex(pattern);
    assert.ok('regex' in compiled);
    const match = perl.matchRegex(compiled.regex, text);
    const groups = match?.groups
      .map((group) => (group === undefined ? 'u' : `x${hex(group)}`))
      .join(',');
    const names = [...(match?.names ?? [])]
      .map(([name, value]) => `${name}=${hex(value ?? '')}`)
      .sort()
      .join(',');
    assert.equal(match === undefined ? '' : `${groups};${names}`, run.stdout, pattern);
  }
});

test('invalid regular expressions, and valid ones after a restart', { skip }, (context) => {
  const { perl, logs } = start(context);
  assert.deepEqual(perl.compileRegex('foo('), {
    fault: 'Unmatched ( in regex; marked by <-- HERE in m/foo( <-- HERE /',
  });
  assert.deepEqual(perl.compileRegex('(?{1})'), {
    fault: "Eval-group not allowed at runtime, use re 'eval' in regex m/(?{1})/",
  });
  const compiled = perl.compileRegex('(b)');
  assert.ok('regex' in compiled);
  perl.evaluate('exit', 'list');
  assert.deepEqual(perl.matchRegex(compiled.regex, 'abc'), {
    groups: ['b', 'b'],
    names: new Map(),
  });
  assert.deepEqual(perl.matchRegex(compiled.regex, 'x'), undefined);
  const endless = perl.compileRegex('(?<x>(?&x))');
  assert.ok('regex' in endless);
  assert.deepEqual(perl.matchRegex(endless.regex, 'x'), undefined);
  assert.equal(logs.of('PERL_REGEX_FAILED').length, 1);
  perl.release(compiled.regex);
  assert.deepEqual(perl.matchRegex(compiled.regex, 'abc'), undefined);
});

test('100,000 calls', { skip }, (context) => {
  const { perl } = start(context);
  const code = reference(perl.evaluate('sub { $_[0] =~ /(\\d+)/ }', 'scalar'));
  const calls = 100_000;
  const startMs = performance.now();
  for (let call = 0; call < calls; call += 1) perl.call(code, ['Nov 23 host daemon: text'], 'list');
  const elapsedMs = performance.now() - startMs;
  console.log(`${Math.round((calls / elapsedMs) * 1000)} calls/s`);
  assert.deepEqual(values(perl.call(code, ['a 17'], 'list')), ['17']);
});

/** Whether a process has ended; a zombie, which waits for our event loop, has. */
function isGone(pid: number): boolean {
  const run = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'latin1' });
  return run.stdout.trim() === '' || run.stdout.startsWith('Z');
}
