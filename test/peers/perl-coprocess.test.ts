import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { faultOf, referenceOf, startPerl, valuesOf } from '../support/perl-run.ts';
import { tempDir } from '../support/temp-dir.ts';

const { skip } = peer('perl');
const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

test('evaluation in list and scalar context', { skip }, (context) => {
  const { perl } = startPerl(context);
  const list = (code: string) => valuesOf(perl.evaluate(code, 'list'));
  const scalar = (code: string) => valuesOf(perl.evaluate(code, 'scalar'));
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
  const { perl } = startPerl(context);
  const show = referenceOf(
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
  assert.deepEqual(valuesOf(perl.call(show, ['a\0b', ['x', 'y'], hash, undefined, ''], 'list')), [
    'a\0b',
    '[x y]',
    'k=v,n=u',
    'undef',
    '',
  ]);
  assert.deepEqual(valuesOf(perl.call(show, [], 'list')), []);
  const same = referenceOf(perl.evaluate('sub { $_[0] == $kept ? "same" : "other" }', 'scalar'));
  const kept = referenceOf(perl.evaluate('$kept = { a => 1, b => undef, c => [] }', 'scalar'));
  assert.equal(kept.type, 'HASH');
  assert.deepEqual([...(kept.entries ?? [])].slice().sort().slice(0, 2), [
    ['a', '1'],
    ['b', undefined],
  ]);
  assert.match(kept.entries?.get('c') ?? '', /^ARRAY/);
  assert.deepEqual(valuesOf(perl.call(same, [kept], 'scalar')), ['same']);
  perl.release(kept);
  assert.deepEqual(valuesOf(perl.call(same, [kept], 'scalar')), ['other']);
  assert.equal(referenceOf(perl.evaluate('\\5', 'scalar')).type, 'other');
});

test('state stays between calls; modules, %ENV, standard input', { skip }, (context) => {
  const folder = tempDir(context);
  mkdirSync(join(folder, 'Some'));
  writeFileSync(join(folder, 'Some', 'Module.pm'), 'package Some::Module; sub f { "f@_" } 1;\n');
  const { perl } = startPerl(context);
  valuesOf(
    perl.evaluate('$count = 1; sub twice { 2 * $_[0] } $_ = "topic"; $/ = undef; $, = "-"', 'list'),
  );
  const code = '++$count . twice(4) . $_ . "@ARGV" . (eof(STDIN) ? "eof" : "data")';
  assert.deepEqual(valuesOf(perl.evaluate(code, 'scalar')), ['28topiceof']);
  valuesOf(perl.evaluate(`use lib '${folder}'; require Some::Module; 1`, 'scalar'));
  assert.deepEqual(valuesOf(perl.evaluate('Some::Module::f(5)', 'scalar')), ['f5']);
  assert.deepEqual(valuesOf(perl.evaluate('$ENV{PATH}', 'scalar')), [process.env['PATH']]);
  assert.deepEqual(valuesOf(perl.evaluate('POSIX::strftime("%Y", gmtime 0)', 'scalar')), ['1970']);
});

test('what went wrong, in the words of perl', { skip }, (context) => {
  const { perl, logs } = startPerl(context);
  const of = (code: string) =>
    faultOf(perl.evaluate(code, 'list')).replace(/\(eval \d+\)/, '(eval N)');
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
  const throwing = referenceOf(perl.evaluate('sub { die @_ }', 'scalar'));
  assert.equal(faultOf(perl.call(throwing, ['no\n'], 'list')), 'no');
  for (const leave of ['next', 'last', 'redo'])
    assert.match(of(leave), /^Can't leave a loop that is not in the code/);
  assert.equal(
    faultOf(perl.call({ ...throwing, reference: 999 }, [], 'list')),
    'nagtail called a reference that is not code',
  );
  assert.deepEqual(logs.of('PERL_DIED'), []);
});

test('any bytes and large strings come back unchanged', { skip }, (context) => {
  const { perl } = startPerl(context);
  const echo = referenceOf(perl.evaluate('sub { @_ }', 'scalar'));
  const large = allBytes.repeat(4096);
  for (const text of [allBytes, large, large.repeat(5)])
    assert.deepEqual(valuesOf(perl.call(echo, [text, 'next'], 'list')), [text, 'next']);
  assert.deepEqual(valuesOf(perl.call(echo, [[allBytes]], 'list')).length, 1);
  const quoted = `'${allBytes.replace(/['\\]/g, '\\$&')}'`;
  assert.deepEqual(valuesOf(perl.evaluate(quoted, 'scalar')), [allBytes]);
  assert.deepEqual(
    valuesOf(perl.evaluate('chr(0x263a), "\\xe4" . substr(chr(0x263a), 1)', 'list')),
    ['\xe2\x98\xba', '\xe4'],
  );
});

test('virtual time', { skip }, (context) => {
  let now = 1_700_000_000;
  const { perl } = startPerl(context, { virtualTime: () => now });
  const code = 'join " ", time, time + 1, (gmtime)[5], scalar(gmtime(0)), (localtime)[0]';
  assert.match(
    String(valuesOf(perl.evaluate(code, 'scalar'))[0]),
    /^1700000000 1700000001 123 Thu Jan {2}1 00:00:00 1970 20$/,
  );
  now += 10;
  assert.deepEqual(valuesOf(perl.evaluate('sleep 5; time', 'scalar')), ['1700000015']);
});

test('100,000 calls are all answered', { skip }, (context) => {
  const { perl } = startPerl(context);
  const code = referenceOf(perl.evaluate('sub { $_[0] =~ /(\\d+)/ }', 'scalar'));
  for (let call = 0; call < 100_000; call += 1)
    assert.equal(valuesOf(perl.call(code, [`host daemon: text ${call}`], 'list'))[0], String(call));
});
