import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { peer } from './peers.ts';
import { tempDir } from './temp-dir.ts';

/** An entry for a journal. Texts are stored as UTF-8, buffers as they are. */
export interface TestEntry {
  readonly message?: string | Buffer;
  /** Microseconds since 1970; a second after the entry before without it. */
  readonly time?: number;
  /** More fields, and others than the usual ones. */
  readonly fields?: Readonly<Record<string, string | Buffer>>;
}

const journalctl = peer('journalctl');
const remote = peer('systemd-journal-remote');

/** Why there can be no journal here, for the option `skip` of a test. */
export const noJournal = journalctl.skip || remote.skip;

/** 2025-11-25 13:00:00 UTC, and a time before all others. */
const firstTime = 1_764_075_600_000_000;
const bootTime = 1_760_000_000_000_000;

/** A folder of real journal files, written by systemd-journal-remote. */
export class JournalFiles {
  readonly folder: string;
  #time = firstTime;

  constructor(test: TestContext) {
    this.folder = path.join(tempDir(test), 'journal');
    mkdirSync(this.folder);
  }

  /** Adds messages to the journal file of this name. */
  say(file: string, ...messages: readonly string[]): void {
    this.append(
      file,
      messages.map((message) => ({ message })),
    );
  }

  /** Adds entries to the journal file of this name. */
  append(file: string, entries: readonly TestEntry[]): void {
    const input = Buffer.concat(entries.map((entry) => this.#exportOf(entry)));
    const args = [`--output=${path.join(this.folder, `${file}.journal`)}`, '-'];
    const { status, stderr } = spawnSync(remote.path, args, { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(`systemd-journal-remote: ${stderr}`);
  }

  /** As if the file had become too old. */
  remove(file: string): void {
    rmSync(path.join(this.folder, `${file}.journal`));
  }

  /** What journalctl itself shows of all that there is: `-o short`, but a day below 10 as syslog has it. */
  shown(): string[] {
    const args = ['--output=short', '--all', '--merge', '--no-pager', '--quiet'];
    const { stdout } = spawnSync(journalctl.path, [...args, `--directory=${this.folder}`]);
    const lines = stdout.toString('latin1').split('\n').slice(0, -1);
    return lines.map((line) => line.replace(/^(\w+) 0/, '$1  '));
  }

  /** Journal Export Format: https://systemd.io/JOURNAL_EXPORT_FORMATS */
  #exportOf({ message, time, fields = {} }: TestEntry): Buffer {
    this.#time = time ?? this.#time + 1_000_000;
    const all: Record<string, string | Buffer> = {
      __REALTIME_TIMESTAMP: String(this.#time),
      __MONOTONIC_TIMESTAMP: String(this.#time - bootTime),
      _BOOT_ID: '3f2b8b6b8f9d4f6e9a3d6f1b2c3d4e5f',
      _HOSTNAME: 'web01',
      SYSLOG_IDENTIFIER: 'app',
      _PID: '77',
      ...(message === undefined ? {} : { MESSAGE: message }),
      ...fields,
    };
    const parts = Object.entries(all).map(([name, value]) => fieldOf(name, Buffer.from(value)));
    return Buffer.concat([...parts, Buffer.from('\n')]);
  }
}

function fieldOf(name: string, value: Buffer): Buffer {
  if (name.startsWith('_')) return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
}
