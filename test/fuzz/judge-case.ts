import assert from 'node:assert/strict';
import path from 'node:path';
import { countedLines, firstDifference, type TranscriptLevel } from '../support/counted-lines.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import type { EngineProcess } from './engine-process.ts';
import { runInGroup } from './run-in-group.ts';

/** What came of a case. */
export type Verdict =
  | { readonly kind: 'passed' }
  /** SEC's own runs differ, from where on nagtail may differ as well; or SEC needs too long. */
  | { readonly kind: 'dropped' }
  | {
      readonly kind: 'failed';
      readonly difference: string;
      readonly ours: string;
      readonly theirs: string;
    };

/** In so many orders of Perl's hashes SEC runs before a case is dropped. */
const runsBeforeDropped = 4;

/** And in so many before it fails: with two things in a hash half of the orders are the same. */
const runsBeforeFailed = 40;

/** A case that takes longer in SEC has a pattern that backtracks without end, in milliseconds. */
const longestSecRunMs = 20_000;

const oracle = path.join(import.meta.dirname, '../oracle/sec-oracle');

/**
 * Compares nagtail with SEC. What nagtail does is right when one of SEC's runs did
 * it: SEC does many things in the order of a hash, which is another one in each run.
 * Where no run did it, but they also differ among themselves, the case says nothing
 * about what comes after their first difference.
 */
export async function judgeCase(
  file: string,
  engine: EngineProcess,
  level: TranscriptLevel,
): Promise<Verdict> {
  const [first, ours] = await Promise.all([secTranscript(file, 0), engine.transcript(file)]);
  if (first === 'too slow') return { kind: 'dropped' };
  if (typeof ours !== 'string') {
    return { kind: 'failed', difference: ours.problem, ours: '', theirs: first };
  }
  const actual = countedLines(ours, level);
  const expected = countedLines(first, level);
  const difference = firstDifference(expected, actual);
  if (difference === undefined) return { kind: 'passed' };
  const same = commonLength(expected, actual);
  let common = expected.length;
  for (let number = 1; number < runsBeforeFailed; number++) {
    const again = await secTranscript(file, number);
    if (again === 'too slow') return { kind: 'dropped' };
    const other = countedLines(again, level);
    if (firstDifference(other, actual) === undefined) return { kind: 'passed' };
    common = Math.min(common, commonLength(expected, other));
    const saysNothing = common < expected.length && same >= common;
    if (saysNothing && number + 1 >= runsBeforeDropped) return { kind: 'dropped' };
  }
  return { kind: 'failed', difference, ours, theirs: first };
}

/** What the real SEC does. Some runs tick each second, where the others leap over idle ones. */
async function secTranscript(file: string, number: number): Promise<string | 'too slow'> {
  const options = ['--debug=6', `--seed=${hashSeed(number)}`];
  if (number % runsBeforeDropped === runsBeforeDropped - 1) options.push('--every-second');
  const { output, exitCode, isTooSlow } = await runInGroup(
    [oracle, ...options, file],
    longestSecRunMs,
  );
  if (isTooSlow) return 'too slow';
  assert.equal(exitCode, 0, `the oracle failed with ${file}`);
  assert.match(output, /^ *[+-]\d+ [<>L]/m, `the oracle failed with ${file}: ${output}`);
  return output;
}

/** How many lines at the beginning are the same. */
function commonLength(some: readonly string[], others: readonly string[]): number {
  const at = some.findIndex((line, index) => line !== others[index]);
  return at < 0 ? some.length : at;
}

/**
 * A seed for Perl's hashes: 64 digits. Perl fills a shorter one up with zeros, and with
 * many of those short keys come in the same order.
 */
function hashSeed(number: number): string {
  const random = new SeededRandom(number);
  return Array.from({ length: 64 }, () => random.int(0, 9)).join('');
}
