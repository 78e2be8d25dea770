import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { FileFollower } from '../../../../agent/input/file-follower.ts';
import type { FollowOptions } from '../../../../agent/input/follow-options.ts';
import type { LineSource } from '../../../../agent/input/line-source.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { type LogRecord, logTo } from '../../../../platform/log.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A clock that moves only when told. */
export class HandClock implements Clock {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(): () => void {
    throw new Error('inputs set no timers');
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A file in a folder of its own, followed from its beginning, polled by hand. */
export interface Followed {
  readonly path: string;
  readonly follower: FileFollower;
  readonly clock: HandClock;
  readonly records: LogRecord[];
}

export function follow(test: TestContext, options: Partial<FollowOptions> = {}): Followed {
  const path = join(tempDir(test), 'app.log');
  appendFileSync(path, '');
  const clock = new HandClock();
  const records: LogRecord[] = [];
  const log = logTo((record) => records.push(record));
  const follower = new FileFollower({ path, start: 'beginning', log, clock, ...options });
  test.after(() => follower.close());
  follower.poll();
  return { path, follower, clock, records };
}

/** Polls until nothing is new, and gives all lines. */
export function drain(source: Pick<LineSource, 'poll' | 'next'>): string[] {
  const lines: string[] = [];
  for (let quiet = 0; quiet < 2; ) {
    quiet = source.poll() ? 0 : quiet + 1;
    for (let line = source.next(); line !== undefined; line = source.next()) lines.push(line);
  }
  return lines;
}

/** The codes of the log records, in order, and forgets them. */
export function codes(records: LogRecord[]): string[] {
  return records.splice(0).map((record) => record.code);
}

/** `PATH.N` to `PATH.N+1` for all N, then `PATH` to `PATH.1`. */
export function rotateByRename(path: string): void {
  shiftGenerations(path);
  renameSync(path, `${path}.1`);
}

/** As `rotateByRename`, but the file stays, copied and emptied. */
export function rotateByCopy(path: string): void {
  shiftGenerations(path);
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

function shiftGenerations(path: string): void {
  const endings = ['', '.gz'];
  const exists = (number: number) =>
    endings.some((ending) => existsSync(`${path}.${number}${ending}`));
  let last = 0;
  while (exists(last + 1)) last++;
  for (let number = last; number > 0; number--) {
    for (const ending of endings) {
      const name = `${path}.${number}${ending}`;
      if (existsSync(name)) renameSync(name, `${path}.${number + 1}${ending}`);
    }
  }
}
