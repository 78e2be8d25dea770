import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { NagtailError, systemCodeOf, systemReason } from './errors.ts';

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
    mkdirSync(path.dirname(file), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 });
    if (replace) rmSync(target, { force: true });
    const fd = openSync(target, 'wx', mode);
    try {
      writeSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(target, mode);
    if (replace) renameSync(target, file);
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') {
      throw new NagtailError('FILE_EXISTS', `${file} is there already`, { cause: error });
    }
    const message = `cannot write ${file}: ${systemReason(error)}`;
    throw new NagtailError('FILE_UNWRITABLE', message, { cause: error });
  }
}
