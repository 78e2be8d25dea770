import { type FSWatcher, type Stats, statfsSync, statSync, watch } from 'node:fs';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { statPath } from '../../platform/path-kind.ts';

/** Is told that something happened to a name in a folder; to which, the system does not always say. */
export type FolderListener = (folder: string, name: string | undefined, isNewName: boolean) => void;

/**
 * File systems on which other machines, or a program of the user, change
 * files unseen by this kernel: the `f_type` of statfs(2).
 */
const remoteFileSystems: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2 and 3
  0x517b, // SMB, old
  0x65735546, // FUSE: sshfs, glusterfs, s3fs …
  0x01021997, // 9P: folders shared with a virtual machine
  0x6a656a63, // folders shared with a virtual machine by Apple
  0x786f4256, // VirtualBox
  0x5346414f, // AFS
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x19830326, // BeeGFS
]);

interface Watched {
  readonly watcher: FSWatcher;
  readonly device: number;
  readonly inode: number;
}

/**
 * Folders that the system tells about. What it tells is a hint to look, and
 * may be missing: a look now and then remains necessary.
 */
export class FolderWatches {
  readonly #log: Log;
  readonly #listener: FolderListener;
  readonly #watched = new Map<string, Watched>();
  readonly #told = new Set<string>();

  constructor(log: Log, listener: FolderListener) {
    this.#log = log;
    this.#listener = listener;
  }

  /** Begins to watch a folder, if it is not watched. False when its changes would not be told. */
  watch(folder: string): boolean {
    if (this.#watched.has(folder)) return true;
    try {
      const stat = statSync(folder, { throwIfNoEntry: false });
      if (stat === undefined || remoteFileSystems.has(statfsSync(folder).type)) return false;
      this.#begin(folder, stat);
      return true;
    } catch (error) {
      this.#tell(folder, error);
      return false;
    }
  }

  /** Forgets folders that were replaced or removed; gives them back, for a new attempt to watch. */
  dropReplaced(): readonly string[] {
    const replaced: string[] = [];
    for (const [folder, { watcher, device, inode }] of this.#watched) {
      const stat = statPath(folder);
      if (stat?.dev === device && stat.ino === inode) continue;
      watcher.close();
      this.#watched.delete(folder);
      replaced.push(folder);
    }
    return replaced;
  }

  /** Watches no other folders than these any more: rules may add inputs in ever new ones, and drop them. */
  keepOnly(folders: ReadonlySet<string>): void {
    for (const [folder, { watcher }] of this.#watched) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of this.#told) if (!folders.has(folder)) this.#told.delete(folder);
  }

  close(): void {
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #begin(folder: string, stat: Stats): void {
    const watcher = watch(folder, { persistent: false }, (event, name) => {
      this.#listener(folder, name ?? undefined, event === 'rename');
    });
    watcher.on('error', (error) => {
      this.#tell(folder, error);
      watcher.close();
      this.#watched.delete(folder);
    });
    this.#watched.set(folder, { watcher, device: stat.dev, inode: stat.ino });
  }

  /** Told once for each folder: looking goes on without. */
  #tell(folder: string, error: unknown): void {
    if (this.#told.has(folder)) return;
    this.#told.add(folder);
    const message = `folder ${folder} cannot be watched (${systemReason(error)}); its logs are looked at four times a second`;
    this.#log.info('INPUT_NOT_WATCHED', message, { folder });
  }
}
