import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translateRegex } from '../../../../../agent/sec/regex/translate-regex.ts';

const sources: readonly (readonly [pattern: string, source: string])[] = [
  [String.raw`(\w+) x`, String.raw`(?<!\w)(\w+) x`],
  [String.raw`\w*?x`, String.raw`(?<!\w)\w*?x`],
  ['.*x', '^[^\\x0a]*x'],
  ['(?s).*x', '^[^]*x'],
  ['(?i)a+x', '(?<![Aa])[Aa]+[Xx]'],
  ['a+x|b+y|cz', '(?<!a)a+x|(?<!b)b+y|cz'],
  // It says where it begins already, has a bound, is possessive, or holds more than one byte.
  [String.raw`^\w+x`, String.raw`^\w+x`],
  [String.raw`\w{1,9}x`, String.raw`\w{1,9}x`],
  ['(?:ab)+x', '(?:ab)+x'],
  // What the group has matched counts: it may be shorter amid a run.
  [String.raw`(\w+)=\1`, String.raw`(\w+)=(?:\1)`],
];

for (const [pattern, source] of sources) {
  test(`${pattern} begins where a run begins`, () => {
    const translation = translateRegex(pattern, 'lines');
    assert.ok(translation.kind === 'javascript');
    assert.equal(translation.regex.source, source);
  });
}

test('a line that is one long run takes no longer than it is', () => {
  const translation = translateRegex(String.raw`(\S+) \S*%(\w+)`, 'lines');
  assert.ok(translation.kind === 'javascript');
  const began = performance.now();
  assert.equal(translation.regex.exec('a'.repeat(1_000_000)), null);
  // Trying each of its bytes takes minutes.
  assert.ok(performance.now() - began < 5_000);
});
