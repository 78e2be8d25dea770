import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AnswerQueue } from '../../../../server-shim/listen/answer-queue.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** A queue, and the pieces that it sent. */
function queueOf(): { readonly queue: AnswerQueue; readonly pieces: string[] } {
  const pieces: string[] = [];
  const queue = new AnswerQueue({
    write: (answers) => pieces.push(answers),
    end: (answers) => pieces.push(`${answers}.`),
  });
  return { queue, pieces };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('answers come out in the order of their requests', () => {
  test('what is known goes in one piece, when it is told to', () => {
    const { queue, pieces } = queueOf();
    queue.add('a');
    queue.add('b');
    assert.deepEqual(pieces, []);
    queue.flush();
    assert.deepEqual(pieces, ['ab']);
  });

  test('one that is known waits for those that are promised before it', async () => {
    const { queue, pieces } = queueOf();
    const first = queue.promise();
    queue.add('b');
    const third = queue.promise();
    queue.flush();
    third('c');
    await settled();
    assert.deepEqual([pieces, queue.promised], [[], 3]);
    first('a');
    await settled();
    assert.deepEqual([pieces, queue.promised], [['abc'], 0]);
  });

  test('those that are given one behind the other go in one piece', async () => {
    const { queue, pieces } = queueOf();
    const promises = Array.from({ length: 100 }, () => queue.promise());
    await Promise.all(promises.map(async (give) => give('x')));
    await settled();
    assert.deepEqual(pieces, ['x'.repeat(100)]);
  });

  test('behind the last one there is nothing', async () => {
    const { queue, pieces } = queueOf();
    const first = queue.promise();
    const second = queue.promise();
    queue.end('never');
    second('b', true);
    first('a');
    await settled();
    queue.add('late');
    queue.end('later');
    queue.flush();
    assert.deepEqual([pieces, queue.promised], [['ab.'], 0]);
  });

  test('in whatever order they are given', async (t) => {
    const random = seededRandom(t);
    for (let round = 0; round < 200; round++) {
      const { queue, pieces } = queueOf();
      const promises: (() => void)[] = [];
      let expected = '';
      for (let index = 0; index < 20; index++) {
        const text = `${index},`;
        expected += text;
        if (random.below(2) === 0) queue.add(text);
        else {
          const give = queue.promise();
          promises.push(() => give(text));
        }
      }
      while (promises.length > 0) {
        promises.splice(random.below(promises.length), 1)[0]?.();
        if (random.below(3) === 0) await settled();
      }
      queue.end('');
      await settled();
      assert.equal(pieces.join(''), `${expected}.`);
    }
  });
});
