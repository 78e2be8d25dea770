import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { SavedInputs } from '../../../../agent/input/saved-inputs.ts';
import { WantedPaths } from '../../../../agent/input/wanted-paths.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { HandClock } from './follow-fixture.ts';

test('patterns match no more files than may be open; others follow when there is room', (t) => {
  const folder = tempDir(t);
  for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(join(folder, `${name}.log`), '');
  const named = join(folder, 'named');
  const specs = [
    { name: 'all', path: join(folder, '*.log'), fromStart: false },
    { name: 'named', path: named, fromStart: false },
  ];
  const list = new LogList();
  const wanted = new WantedPaths(new SavedInputs([]), { log: list.log, clock: new HandClock() }, 3);
  const open = new Set<string>();
  const look = () => {
    const { unopened } = wanted.look(specs, (path) => open.has(path), false);
    for (const [path] of unopened) open.add(path);
    return unopened.map(([path]) => basename(path));
  };
  assert.deepEqual(look(), ['a.log', 'b.log', 'c.log', 'named']);
  assert.deepEqual(look(), []);
  const told = list.of('INPUT_TOO_MANY').map(({ fields }) => fields['left_out']);
  assert.deepEqual(told, [2]);
  const gone = join(folder, 'a.log');
  rmSync(gone);
  open.delete(gone);
  assert.deepEqual(look(), ['d.log']);
  rmSync(join(folder, 'e.log'));
  assert.deepEqual(look(), []);
  // There is room again, and then not: that is news.
  for (const name of ['f', 'g']) writeFileSync(join(folder, `${name}.log`), '');
  look();
  assert.equal(list.of('INPUT_TOO_MANY').length, 2);
});
