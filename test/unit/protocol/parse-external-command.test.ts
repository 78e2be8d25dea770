import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteStringOf } from '../../../protocol/byte-string.ts';
import { externalCommandLine } from '../../../protocol/external-command.ts';
import { parseExternalCommand } from '../../../protocol/parse-external-command.ts';
import { seededRandom } from '../../support/seeded-random.ts';

test('what externalCommandLine writes is read again', (t) => {
  const random = seededRandom(t);
  const letters = ['\\', '\n', 'n', ';', '|', '\t', byteStringOf('ü'), '\xff', 'a', ' ', '\r'];
  const text = (length: number, from: readonly string[]) => {
    let made = '';
    for (let index = 0; index < length; index++) made += from[random.below(from.length)] ?? '';
    return made;
  };
  for (let run = 0; run < 5_000; run++) {
    const result = {
      host: `h${text(random.below(4), ['a', ' ', '\\', 'ü'])}`,
      service: random.below(3) === 0 ? null : `s${text(random.below(4), ['b', '[', ']', '\\'])}`,
      returnCode: random.below(8) - 2,
      output: text(random.below(12), letters),
      time: random.below(2 ** 31),
    };
    const line = externalCommandLine(result);
    const read = parseExternalCommand(line.slice(0, -1));
    assert.deepEqual(read, { kind: 'check-result', result });
  }
});

test('other backslashes stand for themselves', () => {
  const read = parseExternalCommand('[1] PROCESS_HOST_CHECK_RESULT;h;0;a\\tb\\');
  assert(read.kind === 'check-result');
  assert.equal(read.result.output, 'a\\tb\\');
});

test('other commands keep their words', () => {
  const line = '[1700000000] SCHEDULE_HOST_DOWNTIME;web01;1;2;1;0;0;me;a [b] c';
  assert.deepEqual(parseExternalCommand(line), {
    kind: 'other',
    time: 1_700_000_000,
    command: 'SCHEDULE_HOST_DOWNTIME;web01;1;2;1;0;0;me;a [b] c',
  });
  const bare = parseExternalCommand('[1] SHUTDOWN_PROGRAM');
  assert.deepEqual(bare, { kind: 'other', time: 1, command: 'SHUTDOWN_PROGRAM' });
});

test('what is no command', () => {
  for (const line of [
    '',
    'PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[] PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[x] PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[-1] PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[1]PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[1]  PROCESS_HOST_CHECK_RESULT;h;0;up',
    '[1] process_host_check_result;h;0;up',
    '[1] PROCESS_HOST_CHECK_RESULT',
    '[1] PROCESS_HOST_CHECK_RESULT;h;0',
    '[1] PROCESS_HOST_CHECK_RESULT;h;up;0',
    '[1] PROCESS_HOST_CHECK_RESULT;h;;up',
    '[1] PROCESS_SERVICE_CHECK_RESULT;h;s;0',
    '[1] PROCESS_SERVICE_CHECK_RESULT;h;;0;fine',
    '[1] PROCESS_SERVICE_CHECK_RESULT;h;s;123456;x',
    '[1] PROCESS_HOST_CHECK_RESULT;h;0;up\n[2] SHUTDOWN_PROGRAM',
    '[1] SHUTDOWN_PROGRAM\n',
  ]) {
    assert.equal(parseExternalCommand(line).kind, 'bad', line);
  }
});
