import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file of a package. */
export interface PackagedFile {
  /** Where it is installed, from the root of the file system or of the tarball, without a first `/`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** It can be started; others can only be read. */
  readonly isProgram?: boolean;
  /** The administrator may change it, and an upgrade keeps the change. */
  readonly isConfiguration?: boolean;
}

/** A file with a text. */
export function textFile(
  file: string,
  text: string,
  options: Pick<PackagedFile, 'isProgram' | 'isConfiguration'> = {},
): PackagedFile {
  return { path: file, content: Buffer.from(text), ...options };
}

/** Writes files below a folder, with modes and times that depend on nothing but the request. */
export function writeFiles(folder: string, files: readonly PackagedFile[], epoch: number): void {
  for (const file of files) {
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
    writeFileSync(target, file.content);
    chmodSync(target, file.isProgram ? 0o755 : 0o644);
    utimesSync(target, epoch, epoch);
  }
}
