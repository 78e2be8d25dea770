import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextMap } from '../../../../../agent/sec/engine/text-map.ts';
import { SeededRandom, seededRandom } from '../../../../support/seeded-random.ts';

test('it does what a Map does, whatever is set and deleted', (t) => {
  const { below } = seededRandom(t);
  for (let round = 0; round < 50; round++) {
    const map = new TextMap<number>();
    const model = new Map<string, number>();
    const keys = 1 + below(300);
    for (let step = 0; step < 2_000; step++) {
      const key = `key ${below(keys)}`;
      if (below(3) === 0) assert.equal(map.delete(key), model.delete(key));
      else {
        map.set(key, step);
        model.set(key, step);
      }
      assert.equal(map.size, model.size);
      const asked = `key ${below(keys)}`;
      assert.equal(map.get(asked), model.get(asked));
      assert.equal(map.has(asked), model.has(asked));
    }
    assert.deepEqual([...map], [...model]);
    assert.deepEqual([...map.keys()], [...model.keys()]);
    assert.deepEqual([...map.values()], [...model.values()]);
  }
});

/** The hash of TextMap, without its last mixing: texts that it is the same for collide. */
function fnv(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/** Pairs of blocks of bytes that lead from one hash to the same one, joined in all ways. */
function collidingTexts(count: number): string[] {
  const below = new SeededRandom(1).below;
  let texts = [''];
  while (texts.length < count) {
    const start = texts[0] ?? '';
    const seen = new Map<number, string>();
    let pair: readonly [string, string] | undefined;
    while (pair === undefined) {
      const block = Array.from({ length: 8 }, () => String.fromCharCode(97 + below(26))).join('');
      const hash = fnv(start + block);
      const other = seen.get(hash);
      if (other !== undefined && other !== block) pair = [other, block];
      seen.set(hash, block);
    }
    const [one, other] = pair;
    texts = texts.flatMap((text) => [text + one, text + other]);
  }
  return texts;
}

test('texts that were chosen to collide cost no more than others', () => {
  const texts = collidingTexts(50_000);
  assert.deepEqual([new Set(texts).size, new Set(texts.map(fnv)).size], [texts.length, 1]);
  const map = new TextMap<number>();
  const began = performance.now();
  for (const [index, text] of texts.entries()) map.set(text, index);
  for (const [index, text] of texts.entries()) assert.equal(map.get(text), index);
  // Without an answer to them it would be a minute.
  assert.ok(performance.now() - began < 5_000);
  assert.equal(map.size, texts.length);
  assert.ok(map.delete(texts[7] ?? ''));
  assert.equal(map.get(texts[7] ?? ''), undefined);
  assert.deepEqual([...map.keys()].slice(0, 8), [...texts.slice(0, 7), texts[8]]);
});
