import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { systemCodeOf, systemReason } from './errors.ts';
import { RecentWrites, takeUnread } from './unread-pipe.ts';

/** Why the command file cannot be written now: which trouble, and what to do about it. */
export interface CommandFileTrouble {
  readonly kind: 'trouble';
  readonly reason: string;
  readonly message: string;
}

export type CommandFileOpen = { readonly kind: 'open' } | CommandFileTrouble;

export type CommandFileWrite =
  | { readonly kind: 'written'; readonly bytes: number }
  /** Nothing was written; the same bytes fit when the reader has read some. */
  | { readonly kind: 'pipe-full' }
  | CommandFileTrouble;

/** Linux writes up to so many bytes (PIPE_BUF) into a pipe in one piece or not at all. */
export const pipeBufBytes = 4096;

/** Is given the lines that are owed to the next reader each time they change; empty: none. */
export type KeepOwed = (owed: Uint8Array) => void;

/** What a command file would forget with its process. */
export interface CommandFileMemory {
  readonly owed?: Buffer;
  readonly keepOwed?: KeepOwed;
}

/** For a file that is created: owner and group, as Nagios makes its FIFO. */
const createdMode = 0o660;

/**
 * Nagios' external command file: a FIFO that Nagios makes and reads, or, where
 * `create` allows it, a regular file to append to.
 *
 * All calls are synchronous, and none waits for a reader: the file is opened with
 * O_NONBLOCK. (Asynchronous ones would take one of Node's few I/O threads each.)
 */
export class CommandFile {
  readonly #path: string;
  readonly #create: boolean;
  readonly #keepOwed: KeepOwed;
  readonly #recent = new RecentWrites();
  /** Lines that a reader that is gone left in the pipe; they come before any others. */
  #owed: Buffer;
  #fd: number | undefined;

  /** @param owed what an earlier process last gave to its `keepOwed`, if anything */
  constructor(
    path: string,
    create: boolean,
    { owed = Buffer.alloc(0), keepOwed = () => {} }: CommandFileMemory = {},
  ) {
    this.#path = path;
    this.#create = create;
    this.#owed = owed;
    this.#keepOwed = keepOwed;
  }

  /** Looks at the path without opening it, which a FIFO's reader could notice. */
  look(): CommandFileOpen {
    try {
      return this.#judge(statSync(this.#path));
    } catch (error) {
      const willBeCreated = this.#create && systemCodeOf(error) === 'ENOENT';
      return willBeCreated ? { kind: 'open' } : this.#troubleOf(error);
    }
  }

  /**
   * Makes sure that what the path names now is open. What was open before stays so until
   * then: lines that a Nagios which ended has not read live only as long as its pipe.
   */
  open(): CommandFileOpen {
    if (this.#fd !== undefined && this.#isStillAt(this.#fd)) return { kind: 'open' };
    const { O_WRONLY, O_NONBLOCK, O_APPEND, O_CREAT } = constants;
    const flags = O_WRONLY | O_NONBLOCK | O_APPEND | (this.#create ? O_CREAT : 0);
    try {
      const fd = openSync(this.#path, flags, createdMode);
      const judged = this.#judge(fstatSync(fd));
      if (judged.kind === 'trouble') {
        closeSync(fd);
        return judged;
      }
      this.close();
      this.#fd = fd;
      return judged;
    } catch (error) {
      return this.#troubleOf(error);
    }
  }

  /**
   * Writes; into a FIFO at most PIPE_BUF bytes should be given, which go in one piece. Of
   * what a disk has no room for nothing stays in a regular file. The bytes must not change
   * afterwards.
   */
  write(bytes: Uint8Array): CommandFileWrite {
    const hindrance = this.#writeOwed();
    return hindrance ?? this.#write(bytes);
  }

  #write(bytes: Uint8Array): CommandFileWrite {
    if (this.#fd === undefined) throw new Error('the command file is not open');
    let written = 0;
    try {
      written = writeSync(this.#fd, bytes);
      // A disk that runs full takes a part; why it took no more only the next write tells.
      while (written < bytes.length && fstatSync(this.#fd).isFile()) {
        written += writeSync(this.#fd, bytes, written);
      }
      if (!this.#create) this.#recent.add(bytes.subarray(0, written));
      return { kind: 'written', bytes: written };
    } catch (error) {
      if (written > 0) ftruncateSync(this.#fd, fstatSync(this.#fd).size - written);
      const code = systemCodeOf(error);
      if (code === 'EAGAIN') return { kind: 'pipe-full' };
      if (code === 'EPIPE') this.#takeBack();
      return this.#troubleOf(error);
    }
  }

  /** Writes what is owed, whole lines at a time; gives what hinders it. */
  #writeOwed(): CommandFileWrite | undefined {
    if (this.#owed.length === 0) return undefined;
    while (this.#owed.length > 0) {
      const end = this.#owed.lastIndexOf('\n', pipeBufBytes - 1) + 1;
      const write = this.#write(this.#owed.subarray(0, end === 0 ? pipeBufBytes : end));
      if (write.kind !== 'written') return write;
      this.#owed = this.#owed.subarray(write.bytes);
    }
    this.#keepOwed(this.#owed);
    return undefined;
  }

  /** Takes back what is in a pipe that has no reader any more: it is owed to the next one. */
  #takeBack(): void {
    if (this.#fd === undefined || !fstatSync(this.#fd).isFIFO()) return;
    const unread = takeUnread(this.#fd);
    if (unread.length === 0) return;
    this.#owed = Buffer.concat([this.#recent.linesOf(unread), this.#owed]);
    this.#keepOwed(this.#owed);
    this.#recent.clear();
  }

  /**
   * To be called when nothing is left to write, and now and then while it stays so. A FIFO
   * stays open: what is in its pipe, written but not read, lives only as long as somebody
   * has it open, and is there for a Nagios that starts again, also with a new FIFO.
   */
  rest(): void {
    if (this.#fd !== undefined && !fstatSync(this.#fd).isFIFO()) this.close();
    if (this.#fd === undefined && this.#owed.length === 0) return;
    if (this.open().kind === 'open') this.#writeOwed();
  }

  /** True while something is to be looked after: a pipe that may hold unread lines, or lines that are owed. */
  get isHeld(): boolean {
    return this.#fd !== undefined || this.#owed.length > 0;
  }

  /** Closes the file; what a FIFO without a reader still holds is taken back for `keepOwed`. */
  close(): void {
    if (this.#fd === undefined) return;
    this.#takeBack();
    closeSync(this.#fd);
    this.#fd = undefined;
    this.#recent.clear();
  }

  /** Whether an open file is still what the path names: Nagios may have made a new FIFO. */
  #isStillAt(fd: number): boolean {
    try {
      const at = statSync(this.#path);
      const open = fstatSync(fd);
      return at.dev === open.dev && at.ino === open.ino;
    } catch {
      // Opening it meets the same, and tells it.
      return false;
    }
  }

  #judge(stats: Stats): CommandFileOpen {
    if (stats.isFIFO() || this.#create) return { kind: 'open' };
    const what = stats.isDirectory() ? 'a directory' : 'a regular file';
    const message =
      `the command file ${this.#path} is ${what}, not a FIFO: remove it, so that Nagios can ` +
      'make its FIFO there; or, to append to a file on purpose, set create = yes';
    return { kind: 'trouble', reason: 'NOT_A_FIFO', message };
  }

  #troubleOf(error: unknown): CommandFileTrouble {
    const code = systemCodeOf(error) ?? 'UNKNOWN';
    // A FIFO without a reader refuses to be opened (ENXIO) or, if it was open, to be written.
    const reason = code === 'ENXIO' || code === 'EPIPE' ? 'NO_READER' : code;
    return { kind: 'trouble', reason, message: this.#remedy(reason, error) };
  }

  #remedy(reason: string, error: unknown): string {
    if (reason === 'NO_READER') return `nobody reads the command file ${this.#path}: start Nagios`;
    if (reason === 'ENOENT' && !this.#create) {
      return (
        `the command file ${this.#path} does not exist: start Nagios, which makes it when ` +
        'check_external_commands=1 is set'
      );
    }
    if (reason === 'EACCES') {
      return (
        `no permission to write the command file ${this.#path}: add this program's user ` +
        '(User= of its unit) to the group that owns the file and its folder'
      );
    }
    return `cannot write the command file ${this.#path}: ${systemReason(error)}`;
  }
}
