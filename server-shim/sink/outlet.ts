import type { JournalEntry } from '../journal/result-journal.ts';

/** Why results cannot be handed over now: which trouble, and what to do about it. */
export interface OutletTrouble {
  readonly kind: 'trouble';
  readonly reason: string;
  readonly message: string;
  /** When to try again; soon without it. */
  readonly retryMs?: number;
}

/** How a hand-over ended. */
export type HandOver = { readonly kind: 'done' } | OutletBusy | OutletTrouble;

/** The other side has no room now, which is normal for a while. */
export interface OutletBusy {
  readonly kind: 'busy';
  readonly reason: string;
  /** What to say when it stays so for `patienceMs`. */
  readonly message: string;
  readonly patienceMs: number;
  readonly retryMs: number;
}

/** Notes that so many results, up to and including this sequence number, are handed over. */
export type Handed = (throughSequence: number, results: number) => void;

/** A way out: what a sink knows of the place that its results go to. */
export interface Outlet {
  /** How many results it is given at a time at most. */
  readonly batchResults: number;
  /** Looks whether something would hinder it, at the start, before there is a result. */
  look(): OutletTrouble | undefined;
  /**
   * Hands results over in their order, and tells each time some are through. Never called
   * again before it has settled; never rejects for what the outside does.
   */
  handOver(entries: readonly JournalEntry[], handed: Handed): Promise<HandOver>;
  /** Writes an external command at once, a whole line; missing where it has no way for commands. */
  giveCommand?(line: Uint8Array): HandOver | undefined;
  /** There is nothing to hand over for the moment; called each second while it stays so. */
  rest(): void | Promise<void>;
  /** Ends what is under way, and lets go of everything. */
  close(): void | Promise<void>;
}
