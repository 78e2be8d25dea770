import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type JavascriptRegex,
  translateRegex,
} from '../../../../../agent/sec/regex/translate-regex.ts';
import { regexGroups } from '../../../../support/regex-groups.ts';

/* What these tables expect was measured with Perl 5.36. */

function javascript(pattern: string): JavascriptRegex {
  const translation = translateRegex(pattern);
  assert.equal(translation.kind, 'javascript', `${pattern}: ${JSON.stringify(translation)}`);
  if (translation.kind !== 'javascript') throw new Error('not reached');
  return translation;
}

type Matches = readonly (readonly [
  pattern: string,
  subject: string,
  groups: readonly (string | undefined)[] | undefined,
])[];

function table(name: string, matches: Matches): void {
  suite(name, () => {
    for (const [pattern, subject, groups] of matches)
      test(`${JSON.stringify(pattern)} on ${JSON.stringify(subject)}`, () => {
        assert.deepEqual(regexGroups(pattern, subject), groups);
      });
  });
}

table('classes are those of bytes', [
  ['x(.)(.*)', 'x\xc3\xa9a', ['x\xc3\xa9a', '\xc3', '\xa9a']],
  ['.', '\r', ['\r']],
  ['.', '\n', undefined],
  ['(?s).', '\n', ['\n']],
  ['\\s', '\xa0', undefined],
  ['\\s', '\v', ['\v']],
  ['\\h', '\xa0', ['\xa0']],
  ['\\v', '\x85', ['\x85']],
  ['\\w', '\xe9', undefined],
  ['[^\\w]', '\xe9', ['\xe9']],
  ['\\N+', 'ab\nc', ['ab']],
  ['[[:alpha:]]+', '1ab\xe92', ['ab']],
  ['[[:^digit:]]', '1\n', ['\n']],
  ['[[:punct:]]', 'a_', ['_']],
  ['[[:alpha;]]', ';a', ['a']],
  ['[[:alpha]+', 'x:[', [':[']],
  ['[a-\\d]+', 'x-9a', ['-9a']],
  ['[\\d-z]+', '5-z', ['5-z']],
  ['[]a]+', 'x]a', [']a']],
  ['[^]a]', ']ab', ['b']],
  ['[\\x80-\\xff]', 'a\xe9', ['\xe9']],
  ['(?xx)[a b]+', 'a b', ['a']],
]);

table('case counts for ASCII letters only', [
  ['(?i)\xe9', '\xc9', undefined],
  ['(?i)k', 'K', ['K']],
  ['(?i)[a-c]+', 'ABC', ['ABC']],
  ['(?i)[^a]', 'A', undefined],
  ['(?i)[[:upper:]]', 'a', ['a']],
  ['(?i)[[:^upper:]]', 'a1', ['1']],
  ['a|(?i)b|c', 'C', ['C']],
  ['(a|(?i)b|c)d', 'CD', undefined],
  ['((?i)a)b', 'AB', undefined],
  ['(?i)(?^:a)', 'A', undefined],
  ['(?i:a)b', 'Ab', ['Ab']],
]);

table('anchors', [
  ['a$', 'a\n', ['a']],
  ['a$', 'a\n\n', undefined],
  ['a\\z', 'a\n', undefined],
  ['a\\Z', 'a\n', ['a']],
  ['foo$', 'foo\r', undefined],
  ['^(.*)\\n(.*)$', 'a\nb', ['a\nb', 'a', 'b']],
  ['(?m)^b', 'a\nb', ['b']],
  ['(?m)a$', 'a\nb', ['a']],
  ['(?m)\\n^', 'a\n', undefined],
  ['\\Ab', 'a\nb', undefined],
  ['(?<!\\w)(foo)\\b', 'a foo.', ['foo', 'foo']],
]);

table('escapes', [
  ['\\Qa.b\\E', 'Qa-bE', ['Qa-bE']],
  ['\\x66(oo)', 'foo', ['foo', 'oo']],
  ['\\x{62}\\o{143}\\144', 'bcd', ['bcd']],
  ['\\x{ 41 }', 'A', ['A']],
  ['\\xg', '\0g', ['\0g']],
  ['\\cA\\c[\\e', '\x01\x1b\x1b', ['\x01\x1b\x1b']],
  ['\\0123', '\n3', ['\n3']],
  ['\\18', '\x018', ['\x018']],
  ['a{,x}]\\_', 'a{,x}]_', ['a{,x}]_']],
  ['{2}', '{2}', ['{2}']],
  ['^a{,3}$', 'aaa', ['aaa']],
  ['^a{ 1, 3 }$', 'aaa', ['aaa']],
  ['^a{,}$', 'a{,}', ['a{,}']],
  ['^\\R\\n', '\r\n', undefined],
  ['^\\R$', '\r\n', ['\r\n']],
]);

table('comments and white space', [
  ['(?x) ( f o o ) # hi', 'foo', ['foo', 'foo']],
  ['(?x)a\\ b[ ]c', 'a b c', ['a b c']],
  ['(?x)a + +b', 'aab', ['aab']],
  ['(?x)a {2}', 'aa', ['aa']],
  ['b(?#note)*', 'bb', ['bb']],
  ['(?x: a b )c d', 'abc d', ['abc d']],
]);

table('groups', [
  ['(?<ip>\\d+) (?P<user>\\w+)', '12 bob', ['12 bob', '12', 'bob']],
  ["(?'q'[\"'])(.*?)\\k{q}", `say "it's" now`, [`"it's"`, '"', "it's"]],
  ['(\\w+) \\g{-1}', 'aa aa', ['aa aa', 'aa']],
  ['(a)|b', 'b', ['b', undefined]],
  ['(?n)(a)(?<x>b)', 'ab', ['ab', 'b']],
  ['(?|(a)|(b)(c))(d)', 'bcd', ['bcd', 'b', 'c', 'd']],
  ['(?|(a)|(b)(c))(d)', 'ad', ['ad', 'a', undefined, 'd']],
  ['(?|(a)|(b))\\1', 'bb', ['bb', 'b']],
  ['(\\d++)x', '12x', ['12x', '12']],
  ['(?>(a+))(b)?', 'aab', ['aab', 'aa', 'b']],
  ['(?>a|ab)c', 'abc', undefined],
  ['(a*+)a', 'aaa', undefined],
  ['((?>a+)b)+(c)', 'aababc', ['aababc', 'ab', 'c']],
  ['(a*)?', 'b', ['', '']],
  ['(a*)??b', 'b', ['b', undefined]],
  ['(?:(a)x)?b', 'axb', ['axb', 'a']],
  ['(?:(\\w)=)+', 'a=b=', ['a=b=', 'b']],
  ['^(?!.*(foo|bar))(.*)$', 'baz', ['baz', undefined, 'baz']],
  ['(?=(a))', 'ba', ['', 'a']],
  ['(?<=a|bc)d', 'bcd', ['d']],
]);

test('names give group numbers in the order of the pattern', () => {
  const { names, groupCount, groups } = javascript('(?<n>a)(x)|(?<n>b)(?<m>c)');
  assert.deepEqual(
    [...names],
    [
      ['n', [1, 3]],
      ['m', [4]],
    ],
  );
  assert.equal(groupCount, 4);
  assert.equal(groups, null);
});

test('groups that atomic groups shift are found again', () => {
  const { groups } = javascript('(?>a)(b)(?|(c)|(d))');
  assert.deepEqual(groups, [[0], [2], [3, 4]]);
});

test('a RegExp has no flags', () => {
  assert.equal(javascript('(?i)(?s)(?m)(?x)a').regex.flags, '');
});

const perlOnly: readonly (readonly [pattern: string, reason: RegExp])[] = [
  ['(\\((?:[^()]++|(?1))*\\))', /recursion/],
  ['(?R)?', /recursion/],
  ['(a)?(?(1)\\sb|zzz)', /conditional/],
  ['a\\Kb', /\\K/],
  ['\\Ga', /\\G/],
  ['\\X', /\\X/],
  ['a(*PRUNE)b', /verb/],
  ['\\p{L}', /property/],
  ['[\\pL]', /property/],
  ['\\N{U+41}', /named character/],
  ['\\x{100}', /above 255/],
  ['(?u)a', /Unicode rules/],
  ['(?l)a', /locale/],
  ['(?ia)\\xe9', /Unicode case/],
  ['\\b{wb}', /boundary/],
  ['(?[ [a] ])', /extended/],
  ['(*sr:(a)b)', /script/],
  ['(?:(a)|b)*', /left out in a round/],
  ['(a*)*', /can be empty/],
  ['(?:|a)*', /empty string first/],
  ['(?:(\\w){2}x)+', /repeated group in a repetition/],
  ['(?:y{2}x){2}', /counted/],
  ['(a)?\\1', /may not be set/],
  ['(a\\1)', /may not be set/],
  ['\\1(a)', /may not be set/],
  ['(?i)(a)\\1', /regard to case/],
  ['(?<n>a)|(?<n>b)\\k<n>', /several groups/],
  ['(?<=(a))b', /lookbehind/],
  ['(?<=(?>a))b', /lookbehind/],
  ['x*(?!(a)b)', /negative lookahead/],
  ['x*(?=(a)|b)', /left out in an atomic/],
  ['x*(?>(a)|b)', /left out in an atomic/],
  ['(?=a?).', /lookahead at the start/],
  ['\\R+', /\\R/],
  ['(?!)+a', /repeated assertion/],
  ['(?:(a),){0}b', /zero times/],
  ['$\0', /NUL/],
];

suite('what Perl alone does right', () => {
  for (const [pattern, reason] of perlOnly)
    test(JSON.stringify(pattern), () => {
      const translation = translateRegex(pattern);
      assert.equal(translation.kind, 'perl');
      if (translation.kind === 'perl') assert.match(translation.reason, reason);
    });
});

test('the groups of a pattern for Perl are known', () => {
  const translation = translateRegex('(?<a>x)(y)(?1)');
  assert.equal(translation.kind, 'perl');
  if (translation.kind !== 'perl') return;
  assert.equal(translation.groupCount, 2);
  assert.deepEqual([...translation.names], [['a', [1]]]);
});

test('very deep nesting is left to Perl', () => {
  const deep = (depth: number): string => '('.repeat(depth) + ')'.repeat(depth);
  assert.equal(translateRegex(deep(200)).kind, 'javascript');
  assert.equal(translateRegex(deep(201)).kind, 'perl');
  assert.equal(translateRegex('('.repeat(100_000)).kind, 'perl');
});

test('what V8 finds too large is left to Perl', () => {
  assert.equal(translateRegex('(a)'.repeat(40_000)).kind, 'perl');
});
