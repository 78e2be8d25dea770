import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { systemCodeOf } from '../../platform/errors.ts';

/** Why a test cannot have a small disk here, if it cannot. */
export const noSmallDisk = canMount()
  ? false
  : 'mounting a small file system needs root and the right to mount';

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/** By which such file systems are known in the list of mounts. */
const device = 'nagtail-test';

/**
 * A small file system of its own, for as long as the test.
 * @param size as mount(8) takes it
 * @returns its folder
 */
export function smallDisk(t: TestContext, size = '8m'): string {
  removeLeftDisks();
  const folder = mkdtempSync(path.join(os.tmpdir(), `nagtail-test-disk-${process.pid}-`));
  runMount(['-t', 'tmpfs', '-o', `size=${size}`, device, folder]);
  t.after(() => removeDisk(folder));
  return folder;
}

/** A run of tests that was killed leaves its file systems mounted; in their names is whose they were. */
function removeLeftDisks(): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  for (const [, folder = ''] of mounts.map((line) => line.split(' '))) {
    const pid = new RegExp(`/${device}-disk-(\\d+)-\\w+$`).exec(folder)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeDisk(folder);
  }
}

function removeDisk(folder: string): void {
  spawnSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
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
  runMount(['-o', `remount,${mode}`, folder]);
}

function runMount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}
