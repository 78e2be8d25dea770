import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { NagtailError, systemCodeOf, systemReason } from './errors.ts';
import { syncFolderNow } from './replace-file.ts';

export interface NewFileOptions {
  /** Who may read it; whatever the umask says it is never more. */
  readonly mode: 0o600 | 0o644;
  /** Put it in the place of one that is there. */
  readonly replace?: boolean;
}

/**
 * Writes a file whole or not at all, with its folder where that is missing. It has its mode
 * from the first byte on.
 * @throws NagtailError FILE_EXISTS, or FILE_UNWRITABLE with the reason
 */
export function writeNewFile(
  file: string,
  content: string,
  { mode, replace = false }: NewFileOptions,
): void {
  const target = replace ? `${file}.new` : file;
  try {
    const folder = path.dirname(file);
    const made = mkdirSync(folder, { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 });
    if (made !== undefined && mode === 0o600) openToGroup(folder, path.dirname(made), 0o750);
    if (replace) rmSync(target, { force: true });
    const fd = openSync(target, 'wx', mode);
    try {
      writeSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(target, mode);
    if (mode === 0o600) openToGroup(target, folder, 0o640);
    if (replace) renameSync(target, file);
    syncFolderNow(folder);
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') {
      throw new NagtailError('FILE_EXISTS', `${file} is there already`, { cause: error });
    }
    const message = `cannot write ${file}: ${systemReason(error)}`;
    throw new NagtailError('FILE_UNWRITABLE', message, { cause: error });
  }
}

/**
 * What root writes for a program that does not run as root: as where packages make it, the program's group can enter the
 * folder. Who can enter it may then read what is new in it, too.
 */
function openToGroup(target: string, folder: string, mode: number): void {
  if (process.getuid?.() !== 0) return;
  const { gid, mode: folderMode } = statSync(folder);
  if (gid === 0 || (folderMode & 0o050) !== 0o050) return;
  chownSync(target, 0, gid);
  chmodSync(target, mode);
}
