import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ProcessStarter, programOf } from '../../../../agent/effects/process-starter.ts';
import type { Command } from '../../../../agent/sec/engine/host.ts';
import { byteStringFrom } from '../../../../protocol/byte-string.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

function starter(t: TestContext) {
  const logs = new LogList();
  const processes = new ProcessStarter(logs.log, {
    onLines: () => {},
    onEnd: () => {},
    waitingEvents: () => 0,
  });
  t.after(() => processes.stop());
  const commands = {
    start: (text: string) =>
      processes.start({ command: { kind: 'line', text }, output: 'inherited', number: 1 }),
    stop: () => processes.stop(),
  };
  const folder = tempDir(t);
  return { logs, commands, file: (name: string) => path.join(folder, name) };
}

test('a command without characters of the shell is started directly', async (t) => {
  const { commands, file, logs } = starter(t);
  commands.start(`touch ${file('a')}   ${file('b')}`);
  await waitFor('both files', () => existsSync(file('a')) && existsSync(file('b')));
  assert.deepEqual(logs.records, []);
});

test('the shell runs what needs it', async (t) => {
  const { commands, file } = starter(t);
  commands.start(
    `for i in 1 2 3; do echo "line $i"; done > ${file('out')} && touch ${file('done')}`,
  );
  await waitFor('the end', () => existsSync(file('done')));
  assert.equal(readFileSync(file('out'), 'utf8'), 'line 1\nline 2\nline 3\n');
});

const failures: readonly (readonly [string, RegExp])[] = [
  ['false', /^command failed \(exit code 1\): false$/],
  ['exit 7;', /^command failed \(exit code 7\): exit 7;$/],
  [
    'nagtail-test-no-such-program x',
    /^command failed \(no such file or directory\): nagtail-test-no-such-program x$/,
  ],
  ['kill -9 $$', /^command failed \(ended by SIGKILL\): kill -9 \$\$$/],
  // Values from a log may leave nothing of a command.
  ['', /^command failed \(no such file or directory\): $/],
  ['  ', /^command failed \(no such file or directory\): {3}$/],
];

for (const [command, message] of failures) {
  test(`a failure is told: '${command}'`, async (t) => {
    const { commands, logs } = starter(t);
    commands.start(command);
    const [record] = await waitFor(
      'COMMAND_FAILED',
      () => logs.of('COMMAND_FAILED'),
      ({ length }) => length > 0,
    );
    assert.match(record?.message ?? '', message);
  });
}

test('more commands than run at the same time all run', async (t) => {
  const { commands, file, logs } = starter(t);
  for (let count = 0; count < 120; count++) commands.start(`touch ${file(String(count))}`);
  const started = () => Array.from({ length: 120 }, (_, count) => existsSync(file(String(count))));
  await waitFor('120 files', started, (all) => all.every(Boolean), 30_000);
  assert.deepEqual(logs.records, []);
});

test('stopping drops what waits, and says how much', (t) => {
  const { commands, logs } = starter(t);
  for (let count = 0; count < 60; count++) commands.start('sleep 60');
  commands.stop();
  assert.deepEqual(
    logs.of('COMMANDS_DROPPED').map(({ fields }) => fields['commands']),
    [10],
  );
});

test('a process that prints faster than rules take it has to wait', async (t) => {
  const lines: string[] = [];
  let taken = 0;
  let ended = false;
  const processes = new ProcessStarter(new LogList().log, {
    onLines: (_number, more) => {
      for (const line of more) lines.push(line);
    },
    onEnd: () => {
      ended = true;
    },
    waitingEvents: () => lines.length - taken,
  });
  t.after(() => processes.stop());
  const command = { kind: 'line', text: 'seq 1 200000' } as const;
  processes.start({ command, output: 'events', number: 1 });
  const waiting: number[] = [];
  await waitFor('all lines', () => {
    // A turn of the rules: they take what waits, and the next lines may come.
    waiting.push(lines.length - taken);
    taken = lines.length;
    processes.readOn();
    return ended;
  });
  assert.deepEqual([lines.length, lines[0], lines.at(-1)], [200_000, '1', '200000']);
  // One that is in the act of reading may bring one chunk more.
  const chunkLines = 65_536 / 2;
  assert.ok(Math.max(...waiting) < 10_000 + chunkLines, `${Math.max(...waiting)} lines waited`);
});

test('of a line that is too long the beginning becomes an event', async (t) => {
  const lines: string[] = [];
  const processes = new ProcessStarter(new LogList().log, {
    onLines: (_number, more) => void lines.push(...more),
    onEnd: () => {},
    waitingEvents: () => 0,
  });
  t.after(() => processes.stop());
  const text = "echo begin; head -c 3000000 /dev/zero | tr '\\0' x; echo tail; printf end";
  processes.start({ command: { kind: 'line', text }, output: 'events', number: 1 });
  await waitFor('the last line', () => lines.at(-1) === 'end');
  assert.deepEqual(lines, ['begin', 'x'.repeat(1024 * 1024), 'end']);
});

const bytes = byteStringFrom(Buffer.from([...Buffer.from("a 'b' $x "), 0xe9, 0xff, 0x5c, 0x30]));

const kept: readonly (readonly [string, Command, string])[] = [
  ['of a command for the shell', { kind: 'line', text: "printf %s '\xe9%\xff'" }, '\xe9%\xff'],
  [
    'of a command without shell',
    { kind: 'line', text: 'printf [%s] \xe9 \xc3\xa9' },
    '[\xe9][\xc3\xa9]',
  ],
  ['of words', { kind: 'words', words: ['printf', '%s', bytes] }, bytes],
  ['but not behind a NUL', { kind: 'words', words: ['printf', '%s', 'a\0\xe9'] }, 'a'],
];

for (const [what, command, printed] of kept) {
  test(`bytes that are no UTF-8 are kept: ${what}`, () => {
    const [program, words] = programOf(command);
    assert.equal(byteStringFrom(spawnSync(program, words).stdout), printed);
  });
}
