/** How a sink stands. */
export interface SinkStatus {
  readonly name: string;
  /** Results in the journal that it has not handed over. */
  readonly waiting: number;
  /** Unix time in seconds at which the oldest of them was made; undefined without one. */
  readonly oldestTime: number | undefined;
  /** Results that it has handed over since the start. */
  readonly written: number;
  /** Why it cannot hand over, as a code; undefined when it can. */
  readonly trouble: string | undefined;
  /** How long it could not, in all since the start, in seconds. */
  readonly blockedSeconds: number;
}
