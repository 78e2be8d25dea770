import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findPerl } from '../../../../agent/perl/find-perl.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function program(context: TestContext, text: string): string {
  const path = join(tempDir(context), 'some-perl');
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

test('a perl that NAGTAIL_PERL names is asked for its version', (context) => {
  const path = program(context, 'test "$1" = -e && printf 5.036000');
  assert.deepEqual(findPerl({ NAGTAIL_PERL: path }), { path, version: '5.036000' });
});

test('what cannot be used is refused with the reason', (context) => {
  const cases = [
    ['printf 5.006001', /is version 5\.006001; 5\.8 or newer is needed$/],
    ['printf hello', /does not behave as perl/],
    ['exit 3', /does not behave as perl/],
  ] as const;
  for (const [text, reason] of cases) {
    const found = findPerl({ NAGTAIL_PERL: program(context, text) });
    assert.match('fault' in found ? found.fault : '', reason);
  }
});

test('no perl at all', (context) => {
  const folder = tempDir(context);
  const onPath = findPerl({ PATH: folder });
  assert.deepEqual(onPath, { fault: 'cannot run perl on PATH: no such file or directory' });
  const path = join(folder, 'none');
  const named = findPerl({ NAGTAIL_PERL: path });
  assert.deepEqual(named, {
    fault: `cannot run ${path} (from NAGTAIL_PERL): no such file or directory`,
  });
});
