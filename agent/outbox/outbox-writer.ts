import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../platform/sqlite-store.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { type OutboxLimits, outboxLimitsDefault } from './outbox-limits.ts';
import { OutboxTrimmer } from './outbox-trimmer.ts';

/** What a commit did. */
export interface OutboxCommit {
  readonly added: number;
  /** Results that had to go because of a limit. */
  readonly dropped: number;
}

/** The end of the outbox where results come in; belongs to the pipeline. */
export class OutboxWriter {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #supersede: StatementSync;
  readonly #trimmer: OutboxTrimmer;
  #pending: CheckResult[] = [];

  constructor(database: DatabaseSync, limits: OutboxLimits = outboxLimitsDefault) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO results (host, service, return_code, time, output) VALUES (?, ?, ?, ?, ?)',
    );
    this.#supersede = database.prepare(
      'UPDATE results SET superseded = 1 WHERE host = ? AND service IS ? AND superseded = 0',
    );
    this.#trimmer = new OutboxTrimmer(database, limits);
  }

  /** Takes a result; it is durable after the next commit. */
  add(result: CheckResult): void {
    this.#pending.push(result);
  }

  /** Results that wait for the next commit. */
  get pending(): number {
    return this.#pending.length;
  }

  /**
   * Writes what was added since the last commit. It belongs into a transaction of the
   * caller, who says `written()` when that was committed; until then nothing is forgotten.
   */
  write(): OutboxCommit {
    if (this.#pending.length === 0) return { added: 0, dropped: 0 };
    for (const { host, service, returnCode, output, time } of this.#pending) {
      const hostBytes = bytesOf(host);
      const serviceBytes = service === null ? null : bytesOf(service);
      this.#supersede.run(hostBytes, serviceBytes);
      this.#insert.run(hostBytes, serviceBytes, returnCode, time, bytesOf(output));
    }
    return { added: this.#pending.length, dropped: this.#trimmer.trim() };
  }

  /** What `write()` wrote is durable. */
  written(): void {
    this.#pending = [];
  }

  /** Writes what was added since the last commit, in a transaction of its own. */
  commit(): OutboxCommit {
    if (this.#pending.length === 0) return { added: 0, dropped: 0 };
    const commit = inTransaction(this.#database, () => this.write());
    this.written();
    return commit;
  }
}
