import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ResultInput } from '../../../../agent/send/result-input.ts';
import { sendDraft } from '../../../../agent/send/send-request.ts';
import { systemClock } from '../../../../platform/clock.ts';
import { SeededRandom, seedOfRun } from '../../../support/seeded-random.ts';

const clock = { ...systemClock, nowMs: () => 1_700_000_000_000 };

/** Everything that an input of some chunks holds. */
async function read(input: ResultInput, chunks: readonly Uint8Array[]) {
  const found = { results: [] as unknown[], commands: [] as unknown[], faults: [] as unknown[] };
  async function* source() {
    yield* chunks;
  }
  for await (const { results, commands, faults } of input.batches(source())) {
    found.results.push(...results);
    found.commands.push(...commands);
    found.faults.push(...faults);
  }
  return found;
}

const text = (bytes: string) => [Buffer.from(bytes, 'latin1')];

describe('the input of nagtail send', () => {
  test('how its bytes are cut into chunks makes no difference', async () => {
    const seed = seedOfRun();
    const random = new SeededRandom(seed);
    const all = Buffer.from('a\tb\t0\tc\xe4\nd\x17\x17e\t1\tf\n\x17bad\x17h\ts\t2\t\n', 'latin1');
    const whole = await read(new ResultInput(sendDraft('nsca'), clock), [all]);
    assert.equal(whole.results.length, 3);
    assert.deepEqual(whole.faults.length, 1);
    for (let round = 0; round < 200; round++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < all.length; ) {
        const end = at + 1 + random.below(5);
        chunks.push(all.subarray(at, end));
        at = end;
      }
      const cut = await read(new ResultInput(sendDraft('nsca'), clock), chunks);
      assert.deepEqual(cut, whole, `SEED=${seed}, round ${round}`);
    }
  });

  test('numbers count what is no result, and not what is empty', async () => {
    const input = new ResultInput({ ...sendDraft('nsca'), input: 'lines' }, clock);
    const { results, faults } = await read(input, text('bad\n\n  \nh\ts\t0\tx\nh;\ts\t0\tx'));
    assert.deepEqual(
      results.map((result) => Object(result).seq),
      [2],
    );
    assert.deepEqual(
      faults.map((fault) => Object(fault).seq),
      [1, 3],
    );
  });

  test('a piece that is too long is not kept', async () => {
    const input = new ResultInput(sendDraft('nsca'), clock);
    const long = Array.from({ length: 40 }, () => Buffer.alloc(10_000, 'x'));
    const { results, faults } = await read(input, [...long, ...text('\x17h\ts\t0\tx')]);
    assert.equal(results.length, 1);
    assert.match(String(Object(faults[0]).reason), /400000 bytes, more than 262144/);
  });

  test("commands get our time where they have none, in NSCA-ng's way", async () => {
    const input = new ResultInput({ ...sendDraft('nsca-ng'), input: 'commands' }, clock);
    const { commands } = await read(input, text('[17] A;b\r\nDISABLE_NOTIFICATIONS\n'));
    assert.deepEqual(commands, [
      { seq: 1, line: '[17] A;b' },
      { seq: 2, line: '[1700000000] DISABLE_NOTIFICATIONS' },
    ]);
  });

  test('many blanks before the end of a result cost no time', async () => {
    const input = new ResultInput(sendDraft('nsca'), clock);
    const started = performance.now();
    await read(input, text(`h\ts\t0\t${`${' '.repeat(120_000)}x`.repeat(2)}`));
    assert(performance.now() - started < 2_000);
  });

  const hints: readonly (readonly [string, string, boolean])[] = [
    ['two results on lines', 'h\ta\t0\tx\nh\tb\t0\ty\n', true],
    ['one result', 'h\ta\t0\tx\n', false],
    ['an output of two lines', 'h\ta\t0\tx\ny z\n', false],
    ['separators between', 'h\ta\t0\tx\nh\tb\t0\ty\n\x17', false],
  ];
  for (const [name, bytes, isHinted] of hints) {
    test(`${name}: ${isHinted ? 'a' : 'no'} hint`, async () => {
      const input = new ResultInput(sendDraft('nsca'), clock);
      await read(input, text(bytes));
      assert.equal(input.hint !== undefined, isHinted);
    });
  }
});
