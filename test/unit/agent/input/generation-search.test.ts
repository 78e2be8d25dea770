import assert from 'node:assert/strict';
import { closeSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { type FileJudge, findUnread } from '../../../../agent/input/generation-search.ts';
import { tempDir } from '../../../support/temp-dir.ts';

class SystemError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Takes every file from its beginning, but for those that cannot be read, as the system says. */
function judgeWithout(faults: Readonly<Record<string, string>>): FileJudge {
  return {
    isSettled: () => false,
    beginning(_fd, _stat, path) {
      const code = faults[basename(path)];
      if (code !== undefined) throw new SystemError(code);
      return 0;
    },
  };
}

test('a search says when it may have missed a generation', (t) => {
  const followed = join(tempDir(t), 'app.log');
  for (const ending of ['.2', '.1', '']) writeFileSync(followed + ending, 'line\n');
  const search = (faults: Readonly<Record<string, string>>, filesMax = 10) => {
    const { found, isIncomplete, error } = findUnread(followed, judgeWithout(faults), filesMax);
    for (const { fd } of found) closeSync(fd);
    return { names: found.map(({ path }) => basename(path)), isIncomplete, error };
  };
  const all = ['app.log.2', 'app.log.1', 'app.log'];
  assert.deepEqual(search({}), { names: all, isIncomplete: false, error: undefined });
  // No descriptor is left, or the disk has an error: it may pass.
  for (const code of ['EMFILE', 'EIO']) {
    const { names, isIncomplete } = search({ 'app.log.1': code });
    assert.deepEqual([names, isIncomplete], [['app.log.2', 'app.log'], true]);
  }
  // What is not there, or not permitted, is not looked for each second.
  for (const code of ['ENOENT', 'EACCES']) {
    assert.equal(search({ 'app.log.1': code }).isIncomplete, false);
  }
  const few = search({}, 2);
  assert.deepEqual([few.names, few.isIncomplete], [['app.log.2', 'app.log.1'], true]);
  assert.match(String(search({ 'app.log': 'EMFILE' }).error), /EMFILE/);
});
