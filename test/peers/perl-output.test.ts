import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PerlOutcome } from '../../agent/sec/perl/perl.ts';
import { peer } from '../support/peers.ts';
import { faultOf, startPerl, valuesOf } from '../support/perl-run.ts';

const { skip } = peer('perl');

test('prints come in their order and before the value', { skip }, (context) => {
  const { perl, printed } = startPerl(context);
  const printAll =
    'print "a", "b"; printf "%03d\\n", 5; syswrite STDOUT, "abcdef", 2, 1; { local $\\ = "\\n"; local $, = "-"; print 1, 2 }' +
    ' STDOUT->printf("%s", "p"); print STDOUT chr 255; my $old = select STDERR; select $old; print chr 0x263a; 7';
  assert.deepEqual(valuesOf(perl.evaluate(printAll, 'list')), ['7']);
  assert.deepEqual(printed.splice(0), ['ab005\nbc1-2\np\xff\xe2\x98\xba']);
  faultOf(perl.evaluate('print "before"; die "x"', 'list'));
  assert.deepEqual(printed.splice(0), ['before']);
  valuesOf(perl.evaluate('print "x" x 3_000_000', 'list'));
  assert.equal(printed.splice(0)[0]?.length, 3_000_000);
  assert.deepEqual(
    valuesOf(perl.evaluate('print("x" x 20_000_000) ? "printed" : "refused"', 'list')),
    ['refused'],
  );
});

test('what takes output may itself call', { skip }, (context) => {
  const answers: PerlOutcome[] = [];
  const onOutput = (text: string): void => void answers.push(started.perl.evaluate(text, 'list'));
  const started = startPerl(context, { onOutput });
  assert.deepEqual(valuesOf(started.perl.evaluate('print "1 + 1"; 5', 'list')), ['5']);
  assert.deepEqual(answers, [{ values: ['2'] }]);
});

test('children that code forks do not disturb', { skip }, (context) => {
  const { perl, printed } = startPerl(context);
  const code = 'my $pid = fork; exit 7 unless $pid; waitpid $pid, 0; $? >> 8';
  assert.deepEqual(valuesOf(perl.evaluate(code, 'scalar')), ['7']);
  const returning = 'my $pid = fork; if ($pid) { waitpid $pid, 0 } $pid ? "parent" : "child"';
  assert.deepEqual(valuesOf(perl.evaluate(returning, 'scalar')), ['parent']);
  assert.deepEqual(valuesOf(perl.evaluate('`echo out` . system("true")', 'scalar')), ['out\n0']);
  assert.deepEqual(printed, []);
  const left = 'my $pid = fork; if (!$pid) { close STDERR; sleep 20; exit } $pid';
  const child = Number(valuesOf(perl.evaluate(left, 'scalar'))[0]);
  try {
    assert.match(faultOf(perl.evaluate('exit 1', 'scalar')), /exit\(1\)/);
  } finally {
    process.kill(child, 'SIGKILL');
  }
});
