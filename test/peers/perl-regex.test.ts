import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { startPerl } from '../support/perl-run.ts';

const { path, skip } = peer('perl');

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
const matchProgram = `
my ($pattern, $text) = map { pack 'H*', $_ } @ARGV;
exit unless $text =~ /$pattern/;
print join ',', map { defined $_ ? 'x' . unpack 'H*', $_ : 'u' } $&, map { $$_ } 1 .. $#+;
print ';', join ',', map { "$_=" . unpack 'H*', $+{$_} } sort keys %+;
`;

test('regular expressions match as in perl -e', { skip }, (context) => {
  const { perl } = startPerl(context);
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  for (const [pattern, text] of regexSamples) {
    const run = spawnSync(path, ['-e', matchProgram, hex(pattern), hex(text)], {
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
  const { perl, logs } = startPerl(context);
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
