import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { replaceFile } from '../../platform/replace-file.ts';
import type { DeliveryStream } from '../../senders/delivery-stream.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { JournalReader } from '../journal/result-journal.ts';

const nameBytes = 16;

/**
 * The journal as a numbered stream, for a receiver that drops repeats: results keep their sequence
 * numbers. Its name is kept in a file, and is another one for another journal.
 */
export class ForwardStream implements DeliveryStream {
  readonly #file: string;
  readonly #journal: JournalReader;
  #name: string;

  /** @param file where its name is kept */
  constructor(file: string, journal: JournalReader) {
    this.#file = file;
    this.#journal = journal;
    const kept = existsSync(file) ? readFileSync(file, 'latin1') : '';
    // A journal that begins anew gives numbers again that the receiver may know already.
    const isNew = journal.lastSequence === 0;
    this.#name = isNew || !/^[0-9a-f]{32}$/.test(kept) ? this.#keepNewName() : kept;
  }

  get name(): string {
    return this.#name;
  }

  get highestSeq(): number {
    return this.#journal.lastSequence;
  }

  /** What is handed over already is not there any more. */
  find(seq: number): QueuedResult | undefined {
    const waiting = this.#journal.lastSequence - this.#journal.size;
    if (seq <= waiting || seq > this.#journal.lastSequence) return undefined;
    const found = this.#journal.oldest(seq - waiting).find(({ sequence }) => sequence === seq);
    return found && { seq, result: found.result };
  }

  renew(): void {
    this.#name = this.#keepNewName();
  }

  #keepNewName(): string {
    const name = randomBytes(nameBytes).toString('hex');
    replaceFile(this.#file, name, 0o640);
    return name;
  }
}
