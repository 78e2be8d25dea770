import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRules } from '../../../support/run-rules.ts';

const rule = (pattern: string, text: string) => `
type=Single
ptype=RegExp
pattern=${pattern}
continue=TakeNext
desc=${text}
action=write - ${text}
`;

test('a line on which V8 gives up is told, and the other rules see it', () => {
  const rules = rule('^(?:[ab]|cd)*x', 'hard') + rule('^a', 'easy');
  const [calls = []] = runRules(rules, ['ab'.repeat(8 * 1024 * 1024)]);
  assert.equal(calls.length, 2, JSON.stringify(calls).slice(0, 500));
  assert.match(JSON.stringify(calls[0]), /Rule in .* at line 2 cannot be tried on a line/);
  assert.match(JSON.stringify(calls[1]), /easy/);
});

test('lines of any bytes', () => {
  const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
  const line = all.replace('\n', '');
  const rules = rule('^\\x00(.)', 'nul $1').replace('write - nul $1', 'write - $0');
  const [calls = []] = runRules(rules, [line]);
  assert.ok(JSON.stringify(calls).includes(JSON.stringify(line).slice(1, -1)));
});
