import type { JournalEntry } from '../journal/result-journal.ts';
import type { Handed, HandOver, Outlet, OutletTrouble } from './outlet.ts';
import type { SpoolFolder } from './spool-folder.ts';

/** Files for Nagios' check_result_path, many results in each. */
export class SpoolOutlet implements Outlet {
  /** Nagios looks for files every few seconds and one is made at a time: many fit in it. */
  readonly batchResults = 10_000;
  readonly #spool: SpoolFolder;

  constructor(spool: SpoolFolder) {
    this.#spool = spool;
  }

  look(): OutletTrouble | undefined {
    return this.#spool.look();
  }

  async handOver(entries: readonly JournalEntry[], handed: Handed): Promise<HandOver> {
    const ready = this.#spool.withoutPending(entries);
    const last = ready.at(-1);
    if (last === undefined) return this.#spool.busy;
    const written = await this.#spool.write(ready.map(({ result }) => result));
    if (written.kind === 'done') handed(last.sequence, ready.length);
    return written;
  }

  rest(): void {}

  close(): void {
    this.#spool.close();
  }
}
