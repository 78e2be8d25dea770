import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds package.json. */
export const projectRoot: string = path.resolve(import.meta.dirname, '../..');

/** Folders with code that runs in production. */
export const productFolders = ['agent', 'server-shim', 'senders', 'protocol', 'platform'] as const;

/** A text file of the project. */
export interface ProjectFile {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The files below the given folders, by their ending; `.` is the whole project. Git keeps no empty folder. */
export function filesBelow(folders: readonly string[], ending: string): ProjectFile[] {
  return folders
    .filter((folder) => existsSync(path.join(projectRoot, folder)))
    .flatMap((folder) => pathsBelow(folder, ending))
    .map(projectFile);
}

/** A file of the project by its path from the root. */
export function projectFile(relativePath: string): ProjectFile {
  const text = readFileSync(path.join(projectRoot, relativePath), 'utf8');
  return { path: relativePath, text };
}

/** Never ours: what npm brings and what git keeps. */
const foreignFolders = new Set(['node_modules', '.git', 'coverage', 'dist']);

function pathsBelow(folder: string, ending: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const found = path.posix.join(folder, entry.name);
      if (entry.isDirectory())
        return foreignFolders.has(entry.name) ? [] : pathsBelow(found, ending);
      return entry.isFile() && entry.name.endsWith(ending) ? [found] : [];
    });
}
