import { constants, existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { systemCodeOf, systemReason } from '../../platform/errors.ts';
import { syncFolder } from '../../platform/replace-file.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFile } from '../../protocol/check-result-file.ts';
import type { JournalEntry } from '../journal/result-journal.ts';
import type { HandOver, OutletBusy, OutletTrouble } from './outlet.ts';

export interface SpoolFolderOptions {
  /** Nagios' check_result_path. */
  readonly path: string;
  /** How often files that wait are given the present time; Nagios throws away older ones. */
  readonly renewMs?: number;
}

/** A sixth of Nagios' own default for max_check_result_file_age, which is an hour. */
const renewMsDefault = 600_000;

/** So many files may wait for Nagios. */
const filesMost = 100;

/** The comment at the top of our files, by which they are known again after a start. */
const title = 'nagtail-shim';

/** A file that Nagios has not read yet, and what it is about; after a start that is not known. */
interface PendingFile {
  readonly name: string;
  readonly objects: ReadonlySet<string> | undefined;
}

/**
 * The folder in which Nagios looks for files with check results. It reads them in no
 * particular order: a result therefore waits while a file holds an older one for the same
 * host or service.
 */
export class SpoolFolder {
  readonly busy: OutletBusy;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #renewMs: number;
  #pending: PendingFile[];
  #nextName: number;
  #cancelRenewal: (() => void) | undefined;
  #closed = false;

  constructor({ path: folder, renewMs = renewMsDefault }: SpoolFolderOptions, clock: Clock) {
    this.#path = folder;
    this.#clock = clock;
    this.#renewMs = renewMs;
    this.#pending = ownFiles(folder);
    // Any beginning will do, as names that are taken are passed over.
    this.#nextName = clock.nowMs();
    this.busy = {
      kind: 'busy',
      reason: 'SPOOL_FULL',
      message: `Nagios does not take the files of ${folder}: does it run, and is this its check_result_path?`,
      // Nagios looks into it every check_result_reaper_frequency, by default 10 s.
      patienceMs: 60_000,
      retryMs: 100,
    };
    if (this.#pending.length > 0) this.#renewLater();
  }

  /** Entries up to the first whose host or service has an older result in a file that waits. */
  withoutPending(entries: readonly JournalEntry[]): readonly JournalEntry[] {
    this.#forgetTaken();
    if (this.#pending.length === 0) return entries;
    const first = entries.findIndex(({ result }) => this.#isPending(result));
    return first === -1 ? entries : entries.slice(0, first);
  }

  /** Writes a file with these results; when that is done it is safe on disk. */
  async write(results: readonly CheckResult[]): Promise<HandOver> {
    this.#forgetTaken();
    if (this.#pending.length >= filesMost) return this.busy;
    if (this.#pending.length > 0 && results.some((result) => this.#isPending(result))) {
      return this.busy;
    }
    const temporary = path.join(this.#path, `.${title}-${this.#nextName}`);
    const made = [temporary];
    try {
      const { gid } = await stat(this.#path);
      await writeSafely(temporary, bytesOf(checkResultFile(title, results)), gid);
      const name = await this.#linkFree(temporary);
      await rm(temporary);
      const sign = path.join(this.#path, `${name}.ok`);
      made.push(path.join(this.#path, name), sign);
      await writeSafely(sign, new Uint8Array(), gid);
      await syncFolder(this.#path);
      this.#pending.push({ name, objects: new Set(results.map(objectOf)) });
      this.#renewLater();
      return { kind: 'done' };
    } catch (error) {
      // The sign first: without it Nagios does not look at the file. What stays is told with the trouble.
      for (const file of made.toReversed()) await rm(file, { force: true }).catch(() => {});
      return this.#troubleOf(error);
    }
  }

  /** What hinders writing; undefined when nothing seems to. */
  look(): OutletTrouble | undefined {
    return existsSync(this.#path) ? undefined : this.#troubleOf({ code: 'ENOENT' });
  }

  close(): void {
    this.#closed = true;
    this.#cancelRenewal?.();
  }

  #isPending(result: CheckResult): boolean {
    const object = objectOf(result);
    return this.#pending.some(({ objects }) => objects === undefined || objects.has(object));
  }

  /** Nagios removes a file when it has read it. */
  #forgetTaken(): void {
    if (this.#pending.length === 0) return;
    this.#pending = this.#pending.filter(({ name }) => existsSync(path.join(this.#path, name)));
  }

  /** Gives the file a free name: `c` and six more, the only ones that Nagios reads. */
  async #linkFree(temporary: string): Promise<string> {
    for (;;) {
      const digits = (this.#nextName++ % 36 ** 6).toString(36).padStart(6, '0');
      const name = `c${digits}`;
      try {
        await link(temporary, path.join(this.#path, name));
        return name;
      } catch (error) {
        if (systemCodeOf(error) !== 'EEXIST') throw error;
      }
    }
  }

  #renewLater(): void {
    if (this.#closed) return;
    this.#cancelRenewal ??= this.#clock.setTimer(this.#renewMs, () => {
      this.#cancelRenewal = undefined;
      this.#forgetTaken();
      for (const { name } of this.#pending) this.#renew(name);
      if (this.#pending.length > 0) this.#renewLater();
    });
  }

  #renew(name: string): void {
    const now = this.#clock.nowMs() / 1000;
    try {
      utimesSync(path.join(this.#path, name), now, now);
    } catch (error) {
      // Nagios may just have taken it; any other reason shows when the next file is written.
      if (systemCodeOf(error) !== 'ENOENT') return;
    }
  }

  #troubleOf(error: unknown): OutletTrouble {
    const reason = systemCodeOf(error) ?? 'UNKNOWN';
    const why = systemReason(error);
    const hint =
      reason === 'ENOENT'
        ? 'there is no such folder; it must be check_result_path of nagios.cfg'
        : reason === 'EACCES'
          ? "no permission: add this program's user (User= of its unit) to the group that owns it"
          : why;
    const message = `cannot write files into ${this.#path}: ${hint}`;
    return { kind: 'trouble', reason, message };
  }
}

/** What a result is about; a newline is in no name. */
function objectOf({ host, service }: CheckResult): string {
  return service === null ? host : `${host}\n${service}`;
}

/** Files of an earlier run that Nagios has not read yet. */
function ownFiles(folder: string): PendingFile[] {
  try {
    const names = readdirSync(folder).filter((name) => /^c.{6}$/.test(name));
    return names
      .filter((name) => readFileSync(path.join(folder, name), 'latin1').startsWith(`### ${title}`))
      .map((name) => ({ name, objects: undefined }));
  } catch {
    // A folder that cannot be read is told when it is to be written.
    return [];
  }
}

/** Writes a new file that the group of the folder, Nagios' own, may read. */
async function writeSafely(file: string, bytes: Uint8Array, group: number): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o640);
  try {
    const { uid, gid } = await handle.stat();
    if (gid !== group) await handle.chown(uid, group);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
