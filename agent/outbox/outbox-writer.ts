import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../platform/sqlite-store.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';

/**
 * How many results may wait. When more come the oldest go, counted: what is
 * new says more about a service than what is old.
 */
export const outboxRowLimit = 1_000_000;

/** What a commit did. */
export interface OutboxCommit {
  readonly added: number;
  /** Oldest results that had to go because of the limit. */
  readonly dropped: number;
}

/** The end of the outbox where results come in; belongs to the pipeline. */
export class OutboxWriter {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #dropOldest: StatementSync;
  readonly #rowLimit: number;
  #pending: CheckResult[] = [];

  constructor(database: DatabaseSync, rowLimit = outboxRowLimit) {
    this.#database = database;
    this.#rowLimit = rowLimit;
    this.#insert = database.prepare(
      'INSERT INTO results (host, service, return_code, output, time) VALUES (?, ?, ?, ?, ?)',
    );
    // Sequence numbers have no gaps but at the old end, so the newest number tells which are too many.
    this.#dropOldest = database.prepare(
      'DELETE FROM results WHERE seq <= (SELECT max(seq) FROM results) - ?',
    );
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
      const serviceBytes = service === null ? null : bytesOf(service);
      this.#insert.run(bytesOf(host), serviceBytes, returnCode, bytesOf(output), time);
    }
    const dropped = Number(this.#dropOldest.run(this.#rowLimit).changes);
    return { added: this.#pending.length, dropped };
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
