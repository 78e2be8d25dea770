import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type JournalOptions, JournalSource } from '../../agent/input/journal/journal-source.ts';
import { maxRestartMs, restartPauseMs } from '../../agent/input/journal/journalctl.ts';
import { UnsavedChanges } from '../../agent/input/saved-source.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { JournalFiles, noJournal } from '../support/journal-files.ts';
import { LogList } from '../support/log-list.ts';
import { mortalCommand } from '../support/mortal-command.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { HandClock } from '../unit/agent/input/follow-fixture.ts';
import { Restarting } from '../unit/agent/input/restarting.ts';

const everything = { units: [], matches: [] };

/** `message` as a line of the log, without the time. */
const line = (message: string) => `web01 app[77]: ${message}`;
const withoutTime = (lines: readonly string[]) => lines.map((text) => text.slice(16));

/** An input that reads a journal, and can be restarted. */
function inputOn(t: TestContext, journal: JournalFiles, query: object = {}): Restarting {
  const asked = { ...everything, directory: journal.folder, ...query };
  return new Restarting(t, ['journal:test'], { journal: asked });
}

/** Waits until so many lines have come, and gives them. */
async function linesOf(input: Restarting, count: number): Promise<string[]> {
  const lines: string[] = [];
  return await waitFor(
    `${count} lines`,
    () => {
      input.inputs.poll();
      lines.push(...input.take(count - lines.length));
      return lines;
    },
    ({ length }) => length >= count,
  );
}

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

/** A journal with these messages, of which an input has read the first and is stopped now. */
async function readOne(t: TestContext, ...messages: readonly string[]) {
  const journal = new JournalFiles(t);
  journal.say('a', ...messages);
  const input = inputOn(t, journal);
  await linesOf(input, 1);
  input.stop();
  return { journal, input };
}

describe('the systemd journal as an input', { skip: noJournal }, () => {
  test('lines are those of journalctl --output=short', async (t) => {
    const journal = new JournalFiles(t);
    journal.append('a', [
      { message: 'early', time: 1_762_318_800_000_000 },
      { message: 'größe "quoted" \\ back' },
      { message: 'of another program', fields: { SYSLOG_IDENTIFIER: 'sshd', _PID: '5' } },
      { message: 'sent before', fields: { _SOURCE_REALTIME_TIMESTAMP: '1764075500123456' } },
      { message: 'x'.repeat(10_000), fields: { PRIORITY: '3', OTHER: 'not shown' } },
    ]);
    const shown = journal.shown();
    assert.equal(shown.length, 5);
    assert.deepEqual(await linesOf(inputOn(t, journal), 5), shown);
  });

  test('bytes stay bytes, messages of several lines are lines, others have none', async (t) => {
    const journal = new JournalFiles(t);
    journal.append('a', [
      { message: Buffer.from([0xe9, 0, 0x1b, 0x5b, 0x0d]) },
      { message: 'first\nsecond ü\n\nfourth\n' },
      { fields: { PRIORITY: '3' } },
      { message: 'last' },
    ]);
    const expected = ['\xe9\0\x1b[\r', 'first', byteStringOf('second ü'), '', 'fourth', 'last'];
    assert.deepEqual(withoutTime(await linesOf(inputOn(t, journal), 6)), expected.map(line));
  });

  test('without from_start it begins at the end; what comes is followed into new files', async (t) => {
    const journal = new JournalFiles(t);
    journal.say('a', 'old 1', 'old 2');
    const input = new Restarting(t, ['journal:test'], {
      journal: { ...everything, directory: journal.folder },
      fromStart: false,
    });
    await waitFor('the start', () => {
      input.inputs.poll();
      return input.list.of('INPUT_OPENED').length > 0;
    });
    journal.say('a', 'new 1');
    assert.deepEqual(withoutTime(await linesOf(input, 1)), [line('new 1')]);
    journal.say('b', 'new 2', 'new 3');
    assert.deepEqual(withoutTime(await linesOf(input, 2)), ['new 2', 'new 3'].map(line));
  });

  test('an empty journal at the first start: all that comes is new, also over a restart', async (t) => {
    const journal = new JournalFiles(t);
    const input = new Restarting(t, ['journal:test'], {
      journal: { ...everything, directory: journal.folder },
      fromStart: false,
    });
    await waitFor('the start', () => {
      input.inputs.poll();
      return input.list.of('INPUT_OPENED').length > 0;
    });
    input.stop();
    journal.say('a', 'one', 'two');
    assert.deepEqual(withoutTime(await linesOf(input, 2)), ['one', 'two'].map(line));
  });

  test('a restart goes on behind the last line that was saved, amid an entry, too', async (t) => {
    const journal = new JournalFiles(t);
    const all = numbered(1, 40);
    const entries = Array.from({ length: 10 }, (_, index) => all.slice(index * 4, index * 4 + 4));
    journal.append(
      'a',
      entries.map((lines) => ({ message: lines.join('\n') })),
    );
    const input = inputOn(t, journal);
    const seen: string[] = [];
    for (let count = 1; seen.length < 36; count++) {
      seen.push(...(await linesOf(input, count)));
      input.save();
      // Taken and not saved: they come again.
      await linesOf(input, 3);
      input.kill();
    }
    seen.push(...(await linesOf(input, 40 - seen.length)));
    assert.deepEqual(withoutTime(seen), all.map(line));
    assert.deepEqual(input.codes(), []);
  });

  test('a restart after all was read gives nothing twice', async (t) => {
    const { journal, input } = await readOne(t, 'one');
    journal.append('a', [{ fields: { PRIORITY: '3' } }, { message: 'two' }]);
    assert.deepEqual(withoutTime(await linesOf(input, 1)), [line('two')]);
    assert.deepEqual(input.codes(), []);
  });

  test('an entry that has gone from the journal is told, and reading goes on with the oldest', async (t) => {
    const { journal, input } = await readOne(t, 'one', 'two');
    journal.say('b', 'three', 'four');
    journal.remove('a');
    assert.deepEqual(withoutTime(await linesOf(input, 2)), ['three', 'four'].map(line));
    assert.deepEqual(input.codes(), ['INPUT_LOST']);
  });

  test('only what is asked for; another question later on does not look like a loss', async (t) => {
    const journal = new JournalFiles(t);
    const of = (unit: string, message: string, priority = '6') => ({
      message,
      fields: { _SYSTEMD_UNIT: unit, PRIORITY: priority },
    });
    journal.append('a', [
      of('ssh.service', 'one'),
      of('cron.service', 'two', '3'),
      of('ssh.service', 'three', '3'),
    ]);
    const ssh = inputOn(t, journal, { units: ['ssh.service'] });
    assert.deepEqual(withoutTime(await linesOf(ssh, 2)), ['one', 'three'].map(line));
    ssh.stop();
    const bad = inputOn(t, journal, { units: ['ssh.service'], matches: ['PRIORITY=3'] });
    assert.deepEqual(withoutTime(await linesOf(bad, 1)), [line('three')]);
    const cron = inputOn(t, journal, { units: ['cron.service'] });
    cron.goOnFrom(ssh);
    journal.append('a', [of('cron.service', 'four')]);
    assert.deepEqual(withoutTime(await linesOf(cron, 1)), [line('four')]);
    assert.deepEqual(cron.codes(), []);
  });

  test('entries from before a reboot are read after it', async (t) => {
    const { journal, input } = await readOne(t, 'one', 'two before the boot');
    const fields = { _BOOT_ID: '4f2b8b6b8f9d4f6e9a3d6f1b2c3d4e5f' };
    journal.append('a', [{ message: 'after it', fields }]);
    const expected = ['two before the boot', 'after it'].map(line);
    assert.deepEqual(withoutTime(await linesOf(input, 2)), expected);
  });
});

/** A source whose journalctl can be another program. */
function sourceOn(t: TestContext, options: Partial<JournalOptions>) {
  const clock = new HandClock();
  const list = new LogList();
  const source = new JournalSource({
    name: 'journal:test',
    query: { ...everything, directory: undefined },
    fromStart: true,
    saved: undefined,
    log: list.log,
    clock,
    unsaved: new UnsavedChanges(),
    ...options,
  });
  t.after(() => source.close());
  const lines: string[] = [];
  /** Polls, and takes what is there. */
  const turn = () => {
    source.poll();
    for (let next = source.next(); next !== undefined; next = source.next()) lines.push(next);
    return lines;
  };
  return { source, clock, list, lines, turn };
}

/** A program in the place of journalctl, which may call the real one as "$journalctl". */
function standIn(t: TestContext, script: string): string {
  const program = path.join(tempDir(t), 'journalctl');
  // Amid a pipe it would outlive the shell that is ended.
  const [command, args] = mortalCommand(peer('journalctl').path, []);
  const journalctl = [command, ...args].join(' ');
  writeFileSync(program, `#!/bin/sh\njournalctl='${journalctl}'\n${script}\n`);
  chmodSync(program, 0o755);
  return program;
}

describe('a journalctl in trouble', { skip: noJournal }, () => {
  test('it dies now and then, amid an entry: it is started again, nothing is lost or repeated', async (t) => {
    const journal = new JournalFiles(t);
    const messages = numbered(1, 50);
    journal.say('a', ...messages);
    const program = standIn(t, '$journalctl "$@" | dd bs=1 count=3000 status=none; exit 7');
    const query = { ...everything, directory: journal.folder };
    const { clock, list, turn } = sourceOn(t, { query, program });
    const lines = await waitFor(
      '50 lines',
      () => {
        clock.advance(maxRestartMs);
        return turn();
      },
      ({ length }) => length >= 50,
    );
    assert.deepEqual(withoutTime(lines), messages.map(line));
    assert.match(
      list.of('INPUT_UNREADABLE')[0]?.message ?? '',
      /journalctl ended with exit code 7/,
    );
    assert.equal(list.of('INPUT_LOST').length, 0);
  });

  test('it dies at once: told once, with what it says, and started again', async (t) => {
    const starts = path.join(tempDir(t), 'starts');
    const program = standIn(t, `echo x >>${starts}; echo 'no  permission' >&2; exit 1`);
    let ends = 0;
    const onData = () => {
      ends++;
    };
    const { source, clock, list } = sourceOn(t, { program, onData });
    for (let start = 1; start <= 4; start++) {
      source.poll();
      await waitFor('an end', () => ends === start);
      assert.equal(readFileSync(starts, 'utf8'), 'x\n'.repeat(start));
      // Not before its time.
      source.poll();
      clock.advance(maxRestartMs);
    }
    assert.equal(list.of('INPUT_UNREADABLE').length, 1);
    const message = list.of('INPUT_UNREADABLE')[0]?.message ?? '';
    assert.match(message, /journalctl ended with exit code 1: no permission; trying on/);
  });

  test('the pause before it is started again grows from a second to a minute', () => {
    const pauses = [1, 2, 3, 6, 7, 1_000].map(restartPauseMs);
    assert.deepEqual(pauses, [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  test('something else than entries between them is left out, counted and told once', async (t) => {
    const journal = new JournalFiles(t);
    const messages = numbered(1, 20);
    journal.say('a', ...messages);
    const garbage = '$journalctl "$@" | sed -u "3i -- Reboot --\\n{\\"a\\":1}\\n{"';
    const query = { ...everything, directory: journal.folder };
    const { source, list, turn } = sourceOn(t, { query, program: standIn(t, garbage) });
    const lines = await waitFor('20 lines', turn, ({ length }) => length >= 20);
    assert.deepEqual(withoutTime(lines), messages.map(line));
    assert.equal(source.counters.linesCut, 3);
    assert.equal(list.of('INPUT_GARBLED').length, 1);
  });

  test('it is not there: said, and tried on', async (t) => {
    const { source, list } = sourceOn(t, { program: '/nonexistent/journalctl' });
    await waitFor('the failure', () => {
      source.poll();
      return list.of('INPUT_UNREADABLE').length > 0;
    });
    const { message } = list.of('INPUT_UNREADABLE')[0] ?? {};
    assert.match(String(message), /journal:test cannot be read: .*journalctl is not installed/);
  });

  test('what it says while it works is told', async (t) => {
    const program = standIn(t, 'echo "Hint: not all messages" >&2; exec sleep 60');
    const { source, list } = sourceOn(t, { program });
    await waitFor('the notice', () => {
      source.poll();
      return list.of('INPUT_NOTICE').length > 0;
    });
    assert.match(
      list.of('INPUT_NOTICE')[0]?.message ?? '',
      /journalctl says: Hint: not all messages/,
    );
  });

  test('while lines wait its output is not read: the journal is the buffer', async (t) => {
    const journal = new JournalFiles(t);
    const messages = numbered(1, 5_000);
    journal.say('a', ...messages);
    const query = { ...everything, directory: journal.folder };
    let hints = 0;
    const onData = () => {
      hints++;
    };
    const { source, lines, turn } = sourceOn(t, { query, onData });
    await waitFor('bytes', () => {
      source.poll();
      return hints > 0;
    });
    for (let polls = 0; polls < 20; polls++) {
      source.poll();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(source.counters.bytes <= 320 * 1024, `${source.counters.bytes} bytes were read`);
    await waitFor('all lines', turn, ({ length }) => length >= 5_000);
    assert.deepEqual(withoutTime(lines), messages.map(line));
    assert.ok(source.counters.bytes > 1_000_000);
  });

  test('a line longer than the limit is cut; an entry that is far too long is left out', async (t) => {
    const journal = new JournalFiles(t);
    journal.append('a', [
      { message: 'x'.repeat(5_000) },
      { message: 'y'.repeat(17 * 1024 * 1024) },
      { message: 'last' },
    ]);
    const query = { ...everything, directory: journal.folder };
    const { source, list, turn } = sourceOn(t, { query, lineBytesMax: 1_024 });
    const lines = await waitFor('2 lines', turn, ({ length }) => length >= 2);
    assert.deepEqual(
      lines.map(({ length }) => length),
      [1_024, `Nov 25 13:00:00 ${line('last')}`.length],
    );
    assert.equal(source.counters.linesCut, 2);
    assert.match(list.of('INPUT_GARBLED')[0]?.message ?? '', /longer than 16777216 bytes/);
  });
});
