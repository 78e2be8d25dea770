import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { translateRegex } from '../../../../../agent/sec/regex/translate-regex.ts';

/** The words of Perl 5.36; a pattern with <> in it is cut there by the mark. */
const invalidPatterns: readonly (readonly [marked: string, text: string])[] = [
  ['foo(<>', 'Unmatched ('],
  ['((<>x', 'Unmatched ('],
  ['a)<>b', 'Unmatched )'],
  ['[<>a', 'Unmatched ['],
  ['[<>]', 'Unmatched ['],
  ['[\\<>', 'Unmatched ['],
  ['*<>a', 'Quantifier follows nothing'],
  ['a|+<>', 'Quantifier follows nothing'],
  ['a(?i)*<>', 'Quantifier follows nothing'],
  ['x{2,1}?<>', 'Quantifier follows nothing'],
  ['a**<>', 'Nested quantifiers'],
  ['a{3}{<>4}', 'Nested quantifiers'],
  ['a{01<>}', 'Invalid quantifier in {,}'],
  ['a{70000<>}', 'Quantifier in {,} bigger than 65534'],
  ['[z-a<>]', 'Invalid [] range "z-a"'],
  ['[[:foo:]<>]', 'POSIX class [:foo:] unknown'],
  ['[[.a.]<>]', 'POSIX syntax [. .] is reserved for future extensions'],
  ['(?<1<>a>x)', 'Group name must start with a non-digit word character'],
  ['(?<nx<>)', 'Sequence (?<... not terminated'],
  ["(?'nx<>)", "Sequence (?'... not terminated"],
  ['(?P<nx<>)', 'Sequence (?<... not terminated'],
  ['(?Px<>)', 'Sequence (?Px...) not recognized'],
  ['(?z<>z)', 'Sequence (?z...) not recognized'],
  ['(?^-<>i)', 'Sequence (?^-...) not recognized'],
  ['(?i<>', 'Sequence (?... not terminated'],
  ['(?<>', 'Sequence (? incomplete'],
  ['(?=<>', 'Sequence (?=... not terminated'],
  ['(?<!<>', 'Sequence (?<!... not terminated'],
  ['(?x)( ?<>:a)', "In '(?...)', the '(' and '?' must be adjacent"],
  ['(?lu<>:a)', 'Regexp modifiers "l" and "u" are mutually exclusive'],
  ['(?aaa<>:a)', 'Regexp modifier "a" may appear a maximum of twice'],
  ['(?i-l<>:a)', 'Regexp modifier "l" may not appear after the "-"'],
  ['\\1<>', 'Reference to nonexistent group'],
  ['(a)\\2<>', 'Reference to nonexistent group'],
  ['\\81<>', 'Reference to nonexistent group'],
  ['(?|(a)|(b))\\2<>', 'Reference to nonexistent group'],
  ['\\g{9}<>', 'Reference to nonexistent group'],
  ['\\g{-<>1}', 'Reference to nonexistent or unclosed group'],
  ['\\g<>0', 'Reference to invalid group 0'],
  ['\\g<>', 'Unterminated \\g... pattern'],
  ['\\g{1<>', 'Unterminated \\g{...} pattern'],
  ['\\k<n<>>', 'Reference to nonexistent named group'],
  ['\\k<>', 'Sequence \\k... not terminated'],
  ['(?1)<>', 'Reference to nonexistent group'],
  ['(?(1)a|b|<>c)', 'Switch (?(condition)... contains too many branches'],
  ['(?(x<>)a)', 'Unknown switch condition (?(...))'],
  ['\\x{<>', 'Missing right brace on \\x{}'],
  ['\\o<>8', 'Missing braces on \\o{}'],
  ['\\c<>', 'Character following "\\c" must be printable ASCII'],
  ['\\c{<>', 'Use ";" instead of "\\c{"'],
  ['\\N{<>', 'Missing right brace on \\N{}'],
  ['\\b{foo<>}', "'foo' is an unknown bound type"],
  ['\\<>C', '\\C no longer supported'],
  ['\\w{<>x', 'Unescaped left brace in regex is illegal here'],
  ['\\q{<>x', 'Unescaped left brace in regex is illegal here'],
  ['(*FOO)<>', "Unknown verb pattern 'FOO'"],
  ['(*pla<>)', "'(*pla' requires a terminating ':'"],
  ['(?<=\\K<>a)', '\\K not permitted in lookahead/lookbehind'],
];

/** Where Perl marks: the examples hold <> as a mark, and some have <, > of their own. */
function split(marked: string): { readonly before: string; readonly after: string } {
  const at = marked.endsWith('<>') ? marked.length - 2 : marked.lastIndexOf('<>');
  return { before: marked.slice(0, at), after: marked.slice(at + 2) };
}

suite('errors with a place', () => {
  for (const [marked, text] of invalidPatterns)
    test(marked, () => {
      const { before, after } = split(marked);
      assert.deepEqual(translateRegex(before + after), {
        kind: 'invalid',
        message: `${text} in regex; marked by <-- HERE in m/${before} <-- HERE ${after}/`,
        offset: before.length,
      });
    });
});

const invalidAsAWhole: readonly (readonly [pattern: string, text: string])[] = [
  ['\\', 'Trailing \\'],
  ['(?#abc', 'Sequence (?#... not terminated'],
  ['(?R', 'Sequence (?R) not terminated'],
  ['(?{1})', "Eval-group not allowed at runtime, use re 'eval'"],
  ['(?<=a*)', 'Lookbehind longer than 255 not implemented'],
  ['(?<!a{256})', 'Lookbehind longer than 255 not implemented'],
  ['(a)(?<=\\1)', 'Lookbehind longer than 255 not implemented'],
];

suite('errors without a place', () => {
  for (const [pattern, text] of invalidAsAWhole)
    test(pattern, () => {
      assert.deepEqual(translateRegex(pattern), {
        kind: 'invalid',
        message: `${text} in regex m/${pattern}/`,
        offset: pattern.length,
      });
    });
});

test('a long pattern is shortened where no place is marked', () => {
  const translation = translateRegex(`${'a'.repeat(127)}\\`);
  assert.equal(translation.kind, 'invalid');
  if (translation.kind !== 'invalid') return;
  assert.equal(translation.message, `Trailing \\ in regex m/${'a'.repeat(117)}.../`);
});
