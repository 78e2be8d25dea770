import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { Engine } from '../../../../../agent/sec/engine/engine.ts';
import { EngineState } from '../../../../../agent/sec/state/engine-state.ts';
import { restoreEngine } from '../../../../../agent/sec/state/restore-engine.ts';
import { RuleBook } from '../../../../../agent/sec/state/rule-book.ts';
import type { SecProgram } from '../../../../../agent/sec-program/sec-program.ts';
import { runSimulation } from '../../../../../agent/simulate/run-simulation.ts';
import { textLine } from '../../../../../agent/simulate/transcript.ts';
import { firstDifference } from '../../../../support/counted-lines.ts';
import { describeEngine } from '../../../../support/describe-engine.ts';
import { LogList } from '../../../../support/log-list.ts';
import { MemoryState } from '../../../../support/memory-state.ts';
import { peer } from '../../../../support/peers.ts';

/*
 * Every case, with a restart before each step and each second: what was saved so far is
 * restored into a new engine on rules that were read anew. Nothing may come out otherwise.
 */

const folder = path.join(import.meta.dirname, '../../../../golden/sec-cases');

const leftOut = new Set([
  // A rule file changes before a restart that reads what has changed: ours would come before it.
  'log-signals.case',
  // What `if %s` finds is what was expanded last: to save that with each line would cost too much.
  ...['actions-of-all-forms.case', 'if-of-given-variables.case'],
]);

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.case'))
  .filter((file) => !leftOut.has(file));

/** Cases in which there is always something to do, and so no moment for a restart. */
const neverIdle = new Set([
  ...['input-children-at-end.case', 'input-dropinput-at-once.case', 'input-patterns.case'],
  ...[
    'testonly.case',
    'mistakes-two-in-a-rule.case',
    'mistakes-groups-and-masks.case',
    'mistakes-order-of-continued-lines.case',
  ],
]);

/** A program whose engine is exchanged for a restored one again and again. */
class Restarts {
  #saved = new MemoryState();
  #engine: Engine | undefined;
  #state: EngineState | undefined;
  count = 0;

  /** Saves what has changed, and restores all of it. */
  restart(program: SecProgram): void {
    program.exchangeEngine((before, next) => {
      const state = this.#stateOf(before);
      state.save(this.#saved);
      state.saved();
      assert.equal(state.hasChanges, false);
      const restored = restoreEngine(next, this.#saved, () => {});
      const { dropped, damaged } = restored.summary;
      assert.deepEqual({ dropped, damaged }, { dropped: 0, damaged: 0 });
      assert.deepEqual(describeEngine(next), describeEngine(before));
      // What lives in perl cannot be saved; but the perl of the case goes on.
      for (const [name, value] of before.variables) {
        if (typeof value === 'object') next.variables.set(name, value);
      }
      next.children = before.children;
      this.#engine = next;
      this.#state = restored.state;
      this.count++;
    });
  }

  /** What saves an engine; the case itself may have made a new one by a signal. */
  #stateOf(engine: Engine): EngineState {
    if (this.#state !== undefined && this.#engine === engine) return this.#state;
    if (this.#state !== undefined && this.#engine?.operations === engine.operations) {
      this.#state.useEngine(engine);
      return this.#state;
    }
    this.#saved = new MemoryState();
    const book = new RuleBook(engine.files, [], false);
    return new EngineState({ engine, book, tellLost: () => {} });
  }
}

function transcript(name: string, restarts?: Restarts): string[] {
  const { log } = new LogList();
  const options = {
    ...{ scenario: path.join(folder, name), conf: [], secOptions: [], debug: 4 },
    ...{ start: 1_700_000_000, tz: 'UTC', tail: false, prefilter: true },
  };
  const onIdle = restarts && ((program: SecProgram) => restarts.restart(program));
  const { records } = runSimulation(options, { log, onIdle });
  // Perl counts the pieces of code that it was given: more, where rules are read again.
  return records.map((record) =>
    textLine(record)
      .replace(/\(eval \d+\)/g, '(eval N)')
      .replace(/\(0x[0-9a-f]+\)/g, '(ADDRESS)'),
  );
}

describe('a case with restarts does what it does without', () => {
  for (const name of names) {
    test(name, { skip: peer('perl').skip }, () => {
      const restarts = new Restarts();
      const difference = firstDifference(transcript(name), transcript(name, restarts));
      assert.equal(difference, undefined);
      assert.equal(restarts.count > 0, !neverIdle.has(name));
    });
  }
});
