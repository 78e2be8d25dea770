import type { HandOver } from './outlet.ts';
import type { SinkStatus } from './sink-status.ts';

/** Hands results over, from the journal to where they go, in order, for as long as it runs. */
export interface ResultSink {
  /** Begins; what waits in the journal already is handed over first. */
  start(): void;
  /**
   * Waits until everything is handed over, but not longer than `deadlineMs`, and not when
   * something hinders it; then stops for good. Gives how many results stay in the journal.
   */
  drain(deadlineMs: number): Promise<number>;
  /** Stops for good when the hand-over that is under way has ended, or at the deadline. */
  leave(deadlineMs: number): Promise<void>;
  /** Writes an external command at once, past what waits in the journal; undefined: it has no way for commands. */
  giveCommand(line: Uint8Array): HandOver | undefined;
  /** How it stands now. */
  readonly status: SinkStatus;
}
