import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../tidy/project-files.ts';

/** Builds packages by scripts/package, with little compression, and gives their paths. */
export function buildPackages(
  test: { after(done: () => void): void },
  kinds: string,
  options: readonly string[] = [],
): string[] {
  const out = mkdtempSync(path.join(tmpdir(), 'nagtail-packages-'));
  test.after(() => rmSync(out, { recursive: true, force: true }));
  const args = [`--only=${kinds}`, `--out=${out}`, '--level=0', ...options];
  const command = path.join(projectRoot, 'scripts/package');
  const printed = execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NAGTAIL_NODE: process.execPath },
  });
  return printed.trim().split('\n');
}

/** The built file whose name begins so. */
export function builtFile(files: readonly string[], start: string): string {
  const found = files.find((file) => path.basename(file).startsWith(start));
  if (found === undefined) throw new Error(`nothing built begins with ${start}`);
  return found;
}
