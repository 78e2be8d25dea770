import type { Writable } from 'node:stream';
import type { Log } from '../platform/log.ts';
import { frameBytesMax, frameRowsMax, outputBytesMax } from '../protocol/batch/batch-limits.ts';
import { encodeResults } from '../protocol/batch/client-frames.ts';
import type { ResultRow } from '../protocol/batch/result-row.ts';
import type { Acknowledgement } from '../protocol/batch/server-frames.ts';
import { textOf } from '../protocol/byte-string.ts';
import type { QueuedResult } from './queued-result.ts';
import { sendableRow } from './sendable-row.ts';
import type { DeliveryProgress } from './sender.ts';

export interface InFlightOptions {
  readonly socket: Writable;
  /** Results up to this number are at the receiver already. */
  readonly known: number;
  /** How many results may be on their way without an acknowledgement. */
  readonly window: number;
  readonly progress: DeliveryProgress;
  readonly log: Log;
  /** Called once everything is answered. */
  readonly done: () => void;
}

/** Results on their way: what is written, what is answered. */
export class BatchInFlight {
  readonly #options: InFlightOptions;
  readonly #rows: readonly ResultRow[];
  readonly #frames: Iterator<{ readonly bytes: Buffer; readonly rows: number }>;
  #next: { readonly bytes: Buffer; readonly rows: number } | undefined;
  #written = 0;
  #answered = 0;

  constructor(results: readonly QueuedResult[], options: InFlightOptions) {
    this.#options = options;
    this.#rows = this.#sendable(results);
    const rows = Math.min(frameRowsMax, options.window);
    this.#frames = encodeResults(this.#rows, { bytes: frameBytesMax, rows });
    this.#next = this.#frames.next().value;
    const settled = results.at(-1);
    // What is not sent is settled: it is at the receiver, or refused here.
    if (options.known > 0) options.progress.acknowledged(options.known);
    if (this.#rows.length === 0 && settled !== undefined)
      options.progress.acknowledged(settled.seq);
  }

  /** Writes as much as window and socket take. */
  write(): void {
    const { socket, window, done } = this.#options;
    if (this.#rows.length === this.#answered) {
      done();
      return;
    }
    while (this.#next !== undefined && !socket.writableNeedDrain) {
      if (this.#written - this.#answered + this.#next.rows > window) return;
      socket.write(this.#next.bytes);
      this.#written += this.#next.rows;
      this.#next = this.#frames.next().value;
    }
  }

  acknowledge({ through, refused }: Acknowledgement): void {
    const { progress } = this.#options;
    for (const { seq, reason } of refused) progress.refused(seq, textOf(reason));
    while (this.#answered < this.#written && (this.#rows[this.#answered]?.seq ?? 0) <= through) {
      this.#answered++;
    }
    const last = this.#rows[this.#answered - 1];
    if (last !== undefined) progress.acknowledged(last.seq);
    this.write();
  }

  #sendable(results: readonly QueuedResult[]): readonly ResultRow[] {
    const { known, progress, log } = this.#options;
    const rows: ResultRow[] = [];
    for (const queued of results) {
      if (queued.seq <= known) continue;
      const row = sendableRow(queued);
      if (row.sendable === undefined) {
        progress.refused(queued.seq, row.fault);
        continue;
      }
      rows.push(row.sendable);
      if (!row.cut) continue;
      const { host, service } = queued.result;
      const message = `a batch has no room for all of a result: output cut at ${outputBytesMax} bytes`;
      log.warn('RESULT_CUT', message, { host: textOf(host), service: textOf(service ?? '') });
    }
    return rows;
  }
}
