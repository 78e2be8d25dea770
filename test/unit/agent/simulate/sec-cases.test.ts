import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { runSimulation } from '../../../../agent/simulate/run-simulation.ts';
import { textLines } from '../../../../agent/simulate/transcript.ts';
import { logTo } from '../../../../platform/log.ts';
import { countedLines, firstDifference } from '../../../support/counted-lines.ts';
import { peer } from '../../../support/peers.ts';

/*
 * Cases with what the real SEC 2.9.1 did with them, on a virtual clock. `nagtail simulate`
 * must do the same: same output at the same times, same messages of all levels, whether
 * rules are tried on all lines or only on those that they can match.
 */

const folder = path.join(import.meta.dirname, '../../../golden/sec-cases');
const program = path.join(import.meta.dirname, '../../../../scripts/nagtail');

/**
 * In SEC these come in the order of process ids. And what a shell says on standard error is
 * not the same: bytes that are not UTF-8 reach it on another way.
 */
const unordered = new Set(['command-bytes']);

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.case'))
  .map((file) => path.basename(file, '.case'))
  .sort();

const options = {
  conf: [],
  secOptions: [],
  debug: 6,
  start: 1_700_000_000,
  tz: 'UTC',
  tail: false,
};

/** What counts of a transcript. */
function linesOf(name: string, transcript: string): string[] {
  const lines = countedLines(transcript, 'all');
  return unordered.has(name) ? lines.filter((line) => !line.startsWith('stderr:')).sort() : lines;
}

function expectedOf(name: string): string[] {
  return linesOf(name, readFileSync(path.join(folder, `${name}.out`), 'latin1'));
}

describe('what SEC did', () => {
  for (const name of names) {
    test(name, { skip: peer('perl').skip }, () => {
      const expected = expectedOf(name);
      const scenario = path.join(folder, `${name}.case`);
      for (const prefilter of [true, false]) {
        const log = logTo(() => {});
        const transcript = runSimulation({ ...options, scenario, prefilter }, { log });
        const actual = linesOf(name, textLines(transcript).join('\n'));
        assert.equal(firstDifference(expected, actual), undefined, `prefilter: ${prefilter}`);
      }
    });
  }
});

test('the command does the same', { skip: peer('perl').skip }, () => {
  for (const name of ['log-contexts', 'command-bytes', 'testonly']) {
    const words = ['simulate', '--debug=6', path.join(folder, `${name}.case`)];
    const stdout = execFileSync(program, words, { encoding: 'latin1' });
    assert.equal(firstDifference(expectedOf(name), linesOf(name, stdout)), undefined);
  }
});
