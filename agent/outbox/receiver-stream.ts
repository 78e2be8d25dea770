import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeliveryStream } from '../../senders/delivery-stream.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import { queuedResultOf } from './queued-row.ts';

/**
 * The stream in which one receiver gets this outbox: named like the outbox, until it has to be
 * renewed for this receiver.
 */
export class ReceiverStream implements DeliveryStream {
  readonly #own: string;
  readonly #outboxName: string;
  readonly #selectName: StatementSync;
  readonly #setName: StatementSync;
  readonly #selectHighest: StatementSync;
  readonly #selectResult: StatementSync;

  /** @param outboxName the stream of the outbox itself */
  constructor(database: DatabaseSync, receiver: string, outboxName: string) {
    this.#own = `stream of receiver ${receiver}`;
    this.#outboxName = outboxName;
    this.#selectName = database.prepare('SELECT value FROM meta WHERE name = ?');
    this.#setName = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    // AUTOINCREMENT keeps the highest number ever given, also when its row is gone.
    this.#selectHighest = database.prepare(
      "SELECT seq FROM sqlite_sequence WHERE name = 'results'",
    );
    this.#selectResult = database.prepare('SELECT * FROM results WHERE seq = ?');
  }

  get name(): string {
    return String(this.#selectName.get(this.#own)?.['value'] ?? this.#outboxName);
  }

  get highestSeq(): number {
    return Number(this.#selectHighest.get()?.['seq'] ?? 0);
  }

  find(seq: number): QueuedResult | undefined {
    const row = this.#selectResult.get(seq);
    return row === undefined ? undefined : queuedResultOf(row);
  }

  renew(): void {
    this.#setName.run(this.#own, randomBytes(16).toString('hex'));
  }
}
