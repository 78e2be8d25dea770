import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createContext, Script } from 'node:vm';
import type { LineNeed } from '../../../../../agent/sec/prefilter/line-need.ts';
import { translateRegex } from '../../../../../agent/sec/regex/translate-regex.ts';
import { RegexGenerator } from '../../../../support/regex-generator.ts';

/** A match that takes longer is left out. */
const longestMatchMs = 200;

/** What a pattern needs, in short: `a|b` for one of two texts, `& ` between what is needed too. */
function shown(pattern: string): string {
  const translation = translateRegex(pattern, 'lines');
  assert.notEqual(translation.kind, 'invalid');
  const need: LineNeed = translation.kind === 'invalid' ? { kind: 'no line' } : translation.need;
  if (need.kind !== 'literals') return need.kind;
  const clauses = need.clauses.map((clause) =>
    clause.map(({ text, caseless }) => (caseless ? `i:${text}` : text)).join('|'),
  );
  return clauses.join(' & ');
}

const cases: readonly (readonly [string, string])[] = [
  ['Failed password', 'Failed password'],
  ['sshd\\[\\d+\\]: Failed', 'sshd[ & ]: Failed'],
  ['(?i)Failed', 'i:failed'],
  ['[Ff]ailed', 'i:failed'],
  ['[Ff]ail [45]', 'i:fail 4|i:fail 5'],
  ['login|logout', 'login|logout'],
  ['(?:session|sess) closed', 'session closed|sess closed'],
  ['(a\\d+b|c.d)x', 'a|c & x'],
  ['(a\\d+|.)x', 'x'],
  ['.*', 'any line'],
  ['(\\S+) \\S*%(\\w+)', '  & %'],
  ['foo(bar)?', 'foobar|foo'],
  ['foo(bar)*baz', 'foo & baz'],
  ['(ab)+c', 'ab & c'],
  ['(ab){2}c', 'ababc'],
  ['(ab){2,}c', 'ab & c'],
  ['x{0}y', 'y'],
  ['(?=.*foo)bar', 'foo & bar'],
  ['(?!foo)bar', 'bar'],
  ['(?<=foo)bar', 'foo & bar'],
  ['^\\s*$', 'any line'],
  ['(?>foo)bar', 'foobar'],
  ['(foo)\\1bar', 'foo & bar'],
  ['(a)\\1', 'a'],
  ['(?(?=x)yes|no)end', 'end'],
  ['foo(*ACCEPT)bar', 'any line'],
  ['(?u)k(?i)k', 'any line'],
  ['a|', 'a|'],
];

describe('what stands in every match', () => {
  for (const [pattern, expected] of cases) {
    test(pattern, () => {
      const wanted = expected.endsWith('|') ? 'any line' : expected;
      assert.equal(shown(pattern), wanted);
    });
  }
});

/* Random patterns: whatever matches holds what is needed. SEED=n replays a run. */
test('no match without the literals that a pattern needs', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const generator = new RegexGenerator(seed);
  let matches = 0;
  for (let round = 0; round < 4000; round++) {
    const { pattern, subjects } = generator.next(3);
    const translation = translateRegex(pattern);
    if (translation.kind !== 'javascript') continue;
    const { need, regex } = translation;
    for (const subject of subjects) {
      if (!matchesInTime(regex, subject)) continue;
      matches++;
      assert.ok(holds(need, subject), `/${pattern}/ matches ${JSON.stringify(subject)}`);
    }
  }
  assert.ok(matches > 500, `only ${matches} matches`);
});

const sandbox = { regex: /x/, subject: '' };
const sandboxed = createContext(sandbox);
const match = new Script('regex.test(subject)');

/** False when it takes too long: some patterns backtrack without hope, and only a script can be interrupted. */
function matchesInTime(regex: RegExp, subject: string): boolean {
  Object.assign(sandbox, { regex, subject });
  try {
    return match.runInContext(sandboxed, { timeout: longestMatchMs }) === true;
  } catch {
    return false;
  }
}

function holds(need: LineNeed, text: string): boolean {
  if (need.kind !== 'literals') return need.kind === 'any line';
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return need.clauses.every((clause) =>
    clause.some((literal) => (literal.caseless ? lower : text).includes(literal.text)),
  );
}
