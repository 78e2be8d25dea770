import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { systemCodeOf } from '../../platform/errors.ts';

/** A small file system of its own, for as long as the test; or why there is none. */
export function smallDisk(t: TestContext): { readonly folder: string } | string {
  if (process.getuid?.() !== 0) return 'only root can mount a small file system';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-test-disk-'));
  const options = ['-t', 'tmpfs', '-o', 'size=8m', 'nagtail-test', folder];
  const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  t.after(() => {
    if (status === 0) spawnSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return status === 0 ? { folder } : `cannot mount a small file system: ${stderr}`;
}

/** Writes until nothing fits any more. Gives the file that takes the room. */
export function fill(folder: string): string {
  const file = path.join(folder, 'fill');
  for (const bytes of [65_536, 4_096, 512]) {
    for (let full = false; !full; ) {
      try {
        writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOSPC') throw error;
        full = true;
      }
    }
  }
  return file;
}

/** Makes such a file system read-only, or writable again. */
export function remount(folder: string, mode: 'ro' | 'rw'): void {
  const { status, stderr } = spawnSync('mount', ['-o', `remount,${mode}`, folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cannot remount ${folder}: ${stderr}`);
}
