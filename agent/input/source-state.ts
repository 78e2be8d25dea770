import { systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';

/**
 * Tells about the trouble of one source: once when it begins or changes its
 * kind, not at each poll, and once when it is over.
 */
export class SourceState {
  readonly #name: string;
  readonly #log: Log;
  #trouble: string | undefined;

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  /** What is wrong: `missing`, `unreadable`, `elsewhere` for a file that another input reads. */
  get trouble(): string | undefined {
    return this.#trouble?.split(' ')[0];
  }

  /** True while trouble was told and nothing was opened since. */
  get isTroubled(): boolean {
    return this.#trouble !== undefined;
  }

  /** There is nothing under the name. `expected` says that this is usual and only worth an info. */
  missing(message: string, expected: boolean): void {
    if (!this.#begins('missing')) return;
    const text = `input ${this.#name}: ${message}`;
    if (expected) this.#log.info('INPUT_MISSING', text, { input: this.#name });
    else this.#log.warn('INPUT_MISSING', text, { input: this.#name });
  }

  /** It is there but cannot be read, because of an error that the system gave. */
  failed(error: unknown): void {
    this.unreadable(systemReason(error), systemCodeOf(error) ?? 'unknown');
  }

  /** It is there but cannot be read. */
  unreadable(reason: string, kind = reason): void {
    if (!this.#begins(`unreadable ${kind}`)) return;
    const message = `input ${this.#name} cannot be read: ${reason}; trying on`;
    this.#log.warn('INPUT_UNREADABLE', message, { input: this.#name });
  }

  /** The file is already followed under another name. */
  followedElsewhere(): void {
    if (!this.#begins('elsewhere')) return;
    const message = `input ${this.#name} is a file that another input reads; not read twice`;
    this.#log.info('INPUT_SAME_FILE', message, { input: this.#name });
  }

  /** It was opened, and is read from `offset` on; `from` says it otherwise. */
  opened(offset: number, from = offset === 0 ? 'its beginning' : `byte ${offset}`): void {
    this.#trouble = undefined;
    const message = `input ${this.#name} opened, read from ${from}`;
    this.#log.info('INPUT_OPENED', message, { input: this.#name, offset });
  }

  /** It goes on after a restart, from `offset` in the file that has the name now. */
  resumed(offset: number, passed: number): void {
    this.#trouble = undefined;
    const before =
      passed === 0 ? '' : `, after ${passed} older files that were not read to the end`;
    const message = `input ${this.#name} goes on at byte ${offset}${before}`;
    this.#log.info('INPUT_RESUMED', message, { input: this.#name, offset, passed });
  }

  /** A file that had been read up to `offset` was not found again after a restart. */
  lost(offset: number): void {
    const message = `input ${this.#name}: the file that was read up to byte ${offset} before the restart is gone, with what was written to it since`;
    this.#log.warn('INPUT_LOST', message, { input: this.#name, offset });
  }

  /** The entry of a journal that was read last is not in it any more. */
  lostEntry(): void {
    const message = `input ${this.#name}: the entry that was read last is not in the journal any more, and maybe others that came after it; reading goes on with the oldest one left`;
    this.#log.warn('INPUT_LOST', message, { input: this.#name });
  }

  /** A piece of what a program gives of a journal is not understood. */
  garbled(reason: string): void {
    const message = `input ${this.#name}: journalctl gave something that is ${reason}; such entries are left out and counted`;
    this.#log.warn('INPUT_GARBLED', message, { input: this.#name });
  }

  /** A program that reads for us has something to tell to people. */
  said(text: string): void {
    this.#log.warn('INPUT_NOTICE', `input ${this.#name}: journalctl says: ${text}`, {
      input: this.#name,
    });
  }

  /** A generation that passed before a restart cannot be read. */
  compressed(path: string): void {
    const message = `input ${this.#name}: ${path} may hold lines that were not read, and is no valid gzip file`;
    this.#log.warn('INPUT_COMPRESSED', message, { input: this.#name, path });
  }

  /** The trouble is over without anything having been opened anew. */
  recovered(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.info('INPUT_OPENED', `input ${this.#name} can be read again`, { input: this.#name });
  }

  /** Another file has taken the name; `passed` generations went by unseen in between. */
  rotated(passed: number): void {
    this.#trouble = undefined;
    const unseen = passed === 0 ? '' : ` (${passed} more generations in between)`;
    const message = `input ${this.#name} was rotated; the new file is read from its beginning${unseen}`;
    this.#log.info('INPUT_ROTATED', message, { input: this.#name, passed });
  }

  /** The file was emptied; `recovered` tells whether a copy with the unread rest was found. */
  truncated(offset: number, recovered: boolean): void {
    const copy = recovered ? '; its copy is read to the end first' : '';
    const message = `input ${this.#name} was truncated after byte ${offset} was read${copy}`;
    this.#log.info('INPUT_TRUNCATED', message, { input: this.#name, offset, recovered });
  }

  #begins(trouble: string): boolean {
    if (this.#trouble === trouble) return false;
    this.#trouble = trouble;
    return true;
  }
}

/** Whether what a source says of itself keeps its lines away: a file that another input reads is read all the same. */
export function isTrouble(trouble: string | undefined): boolean {
  return trouble !== undefined && trouble !== 'elsewhere';
}
