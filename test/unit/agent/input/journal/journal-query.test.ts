import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { journalctlArguments } from '../../../../../agent/input/journal/journal-query.ts';

const all = { directory: undefined, units: [], matches: [] };

test('what is asked for is asked of journalctl', () => {
  const query = { directory: '/j', units: ['ssh.service', 'app@*'], matches: ['PRIORITY=3'] };
  const args = journalctlArguments(query, { cursor: 's=1' });
  for (const expected of ['--directory=/j', '--unit=ssh.service', '--unit=app@*', 'PRIORITY=3']) {
    assert.ok(args.includes(expected), `${expected} is not in ${args.join(' ')}`);
  }
  assert.ok(args.includes('--cursor=s=1'));
  assert.ok(args.includes('--follow'));
});

test('the newest entry is asked for once, and nothing is followed', () => {
  const args = journalctlArguments(all, 'newest');
  assert.ok(args.includes('--lines=1'));
  assert.ok(!args.includes('--follow'));
});

test("without a folder: this machine's journal, of all boots", () => {
  const args = journalctlArguments(all, 'oldest');
  assert.equal(args.includes('--merge'), existsSync('/etc/machine-id'));
  assert.equal(
    args.some((arg) => /^_MACHINE_ID=[0-9a-f]{32}$/.test(arg)),
    args.includes('--merge'),
  );
  assert.ok(!args.some((arg) => arg.startsWith('--cursor')));
});
