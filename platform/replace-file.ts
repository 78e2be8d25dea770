import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

/**
 * Puts a file in the place of another, or where none is: whoever reads it finds the one or the other
 * whole, also after a power failure.
 * @throws the system's error; then the old one is there still
 */
export function replaceFile(file: string, content: string | Uint8Array, mode: number): void {
  const next = `${file}.new`;
  writeFileSync(next, content, { mode, flush: true });
  renameSync(next, file);
  syncFolderNow(path.dirname(file));
}

/** A new name in a folder is safe from a power failure only when the folder was synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The same, for whoever cannot do anything else meanwhile. */
export function syncFolderNow(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
