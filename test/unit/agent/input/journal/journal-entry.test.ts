import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJournalEntry } from '../../../../../agent/input/journal/journal-entry.ts';
import { byteStringOf } from '../../../../../protocol/byte-string.ts';

/** 2025-11-05 13:00:00 where the test runs. */
const time = new Date(2025, 10, 5, 13, 0, 0).getTime() * 1_000;

/** An entry as journalctl would write it, as the bytes of its UTF-8. */
function entry(fields: object): string {
  const all = { __CURSOR: 's=1;i=2', __REALTIME_TIMESTAMP: String(time), ...fields };
  return byteStringOf(JSON.stringify(all));
}

const usual = { _HOSTNAME: 'web01', SYSLOG_IDENTIFIER: 'sshd', _PID: '77', MESSAGE: 'text' };
const lineOf = (fields: object) => readJournalEntry(entry({ ...usual, ...fields }))?.lines;

for (const [what, fields, expected] of [
  ['all that a line has', {}, ['Nov  5 13:00:00 web01 sshd[77]: text']],
  [
    'the time when it was sent, if it is known',
    { _SOURCE_REALTIME_TIMESTAMP: String(time - 1_000_001) },
    ['Nov  5 12:59:58 web01 sshd[77]: text'],
  ],
  ['no host', { _HOSTNAME: undefined }, ['Nov  5 13:00:00 sshd[77]: text']],
  [
    'the pid that it gave itself',
    { _PID: undefined, SYSLOG_PID: '5' },
    ['Nov  5 13:00:00 web01 sshd[5]: text'],
  ],
  ['no pid', { _PID: undefined }, ['Nov  5 13:00:00 web01 sshd: text']],
  [
    'the command in place of an identifier',
    { SYSLOG_IDENTIFIER: undefined, _COMM: 'bash' },
    ['Nov  5 13:00:00 web01 bash[77]: text'],
  ],
  ['neither', { SYSLOG_IDENTIFIER: undefined }, ['Nov  5 13:00:00 web01 unknown[77]: text']],
  [
    'a field twice: the last',
    { SYSLOG_IDENTIFIER: ['a', 'b'] },
    ['Nov  5 13:00:00 web01 b[77]: text'],
  ],
  ['bytes', { MESSAGE: [233, 0, 27] }, ['Nov  5 13:00:00 web01 sshd[77]: \xe9\0\x1b']],
  ['bytes twice', { MESSAGE: [[65], [66]] }, ['Nov  5 13:00:00 web01 sshd[77]: B']],
  ['UTF-8', { MESSAGE: 'ü' }, ['Nov  5 13:00:00 web01 sshd[77]: \xc3\xbc']],
  ['an empty message', { MESSAGE: '' }, ['Nov  5 13:00:00 web01 sshd[77]: ']],
  ['no message', { MESSAGE: undefined }, []],
  ['a newline in a name', { SYSLOG_IDENTIFIER: 'a\nb' }, ['Nov  5 13:00:00 web01 a b[77]: text']],
  [
    'several lines',
    { MESSAGE: 'one\n\nthree\n' },
    ['one', '', 'three'].map((line) => `Nov  5 13:00:00 web01 sshd[77]: ${line}`),
  ],
] as const) {
  test(`a line of an entry: ${what}`, () => {
    assert.deepEqual(lineOf(fields), expected);
  });
}

test('the cursor names the entry', () => {
  assert.equal(readJournalEntry(entry(usual))?.cursor, 's=1;i=2');
});

for (const text of ['', 'x', '{', '[]', 'null', '{}', '{"__CURSOR":1}', '-- Reboot --']) {
  test(`no entry: ${text}`, () => {
    assert.equal(readJournalEntry(text), undefined);
  });
}
