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
  readonly #limits: OutboxLimits;
  #pending: CheckResult[] = [];
  #pendingBytes = 0;
  /** Results that were refused since the last commit. */
  #refused = 0;

  constructor(database: DatabaseSync, limits: OutboxLimits = outboxLimitsDefault) {
    this.#database = database;
    this.#limits = limits;
    this.#insert = database.prepare(
      'INSERT INTO results (host, service, return_code, time, output) VALUES (?, ?, ?, ?, ?)',
    );
    this.#supersede = database.prepare(
      'UPDATE results SET superseded = 1 WHERE host = ? AND service IS ? AND superseded = 0',
    );
    this.#trimmer = new OutboxTrimmer(database, limits);
  }

  /**
   * Takes a result; it is durable after the next commit. One that is larger than everything that may
   * wait is refused, which counts as dropped: it would push out all others and then itself.
   *
   * @returns why it was refused
   */
  add(result: CheckResult): string | undefined {
    const bytes = bytesIn(result);
    if (bytes > this.#limits.bytesMax) {
      this.#refused++;
      return `it has ${bytes} bytes, and no more than ${this.#limits.bytesMax} may wait`;
    }
    this.#pending.push(result);
    this.#pendingBytes += bytes;
    return undefined;
  }

  /** Results that wait for the next commit. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Their bytes of host, service and output. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** True when the next commit has something to write. */
  get hasChanges(): boolean {
    return this.#pending.length > 0 || this.#refused > 0;
  }

  /**
   * Writes what was added since the last commit. It belongs into a transaction of the
   * caller, who says `written()` when that was committed; until then nothing is forgotten.
   */
  write(): OutboxCommit {
    if (!this.hasChanges) return { added: 0, dropped: 0 };
    for (const { host, service, returnCode, output, time } of this.#pending) {
      const hostBytes = bytesOf(host);
      const serviceBytes = service === null ? null : bytesOf(service);
      this.#supersede.run(hostBytes, serviceBytes);
      this.#insert.run(hostBytes, serviceBytes, returnCode, time, bytesOf(output));
    }
    const refused = this.#refused;
    if (refused > 0) this.#trimmer.count(refused);
    return { added: this.#pending.length, dropped: refused + this.#trimmer.trim() };
  }

  /** What `write()` wrote is durable. */
  written(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#refused = 0;
  }

  /** Writes what was added since the last commit, in a transaction of its own. */
  commit(): OutboxCommit {
    if (!this.hasChanges) return { added: 0, dropped: 0 };
    const commit = inTransaction(this.#database, () => this.write());
    this.written();
    return commit;
  }
}

function bytesIn({ host, service, output }: CheckResult): number {
  return host.length + (service?.length ?? 0) + output.length;
}
