import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BytePairs } from '../../../../../agent/sec/prefilter/byte-pairs.ts';
import {
  LiteralScanner,
  type MarkedLiteral,
} from '../../../../../agent/sec/prefilter/literal-scanner.ts';
import { typicalLines } from '../../../../../agent/sec/prefilter/typical-lines.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

/* Random literals in random texts, against String.includes(). SEED=n replays a run. */
test('finds what stands in a text and nothing else', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const random = new SeededRandom(seed);
  let found = 0;
  for (let round = 0; round < 3000; round++) {
    const alphabet = random.pick(['ab', 'abAB', 'abcdefgh \n', '\x00\xff\x80aA[']);
    const word = (length: number) =>
      Array.from({ length }, () => random.pick([...alphabet])).join('');
    const literals = Array.from({ length: random.int(1, 40) }, (_, bit): MarkedLiteral => {
      const caseless = random.chance(0.3);
      const text = word(random.int(random.pick([2, 2, 4, 9]), random.pick([9, 20])));
      return { literal: { text: caseless ? lower(text) : text, caseless }, bits: [bit, bit + 40] };
    });
    const scanner = new LiteralScanner(literals, new BytePairs(typicalLines));
    const text = word(random.int(0, 60));
    const from = random.int(0, Math.min(3, text.length));
    const to = random.int(from, text.length);
    const part = text.slice(from, to);
    const bytes = Buffer.from(text, 'latin1');
    const marks = new Uint32Array(3);
    scanner.mark(bytes, from, to, marks);
    for (const [bit, { literal }] of literals.entries()) {
      const expected = (literal.caseless ? lower(part) : part).includes(literal.text);
      if (expected) found++;
      for (const place of [bit, bit + 40]) {
        const marked = ((marks[place >>> 5] ?? 0) >>> (place & 31)) & 1;
        assert.equal(
          marked,
          expected ? 1 : 0,
          `${JSON.stringify(literal)} in ${JSON.stringify(part)}`,
        );
      }
    }
    const at = scanner.find(bytes, from, to);
    assert.equal(
      at >= 0,
      marks.some((mark) => mark !== 0),
    );
  }
  assert.ok(found > 1000, `only ${found} literals were found`);
});

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
