import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Makes a folder of its own for a test; it is removed, with all in it, when the test ends. */
export function tempDir(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nagtail-test-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
