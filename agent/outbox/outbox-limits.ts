/** What goes first when the outbox is full. */
export type OverflowAnswer =
  /** The oldest result of which a newer one of the same service waits; without any, the oldest. */
  | 'oldest-per-service'
  /** The oldest result. */
  | 'oldest';

/** How much may wait for receivers. */
export interface OutboxLimits {
  readonly resultsMax: number;
  /** Of host, service and output. */
  readonly bytesMax: number;
  /** Results that are older are not sent any more; 0: however old they are. */
  readonly ageMaxSeconds: number;
  readonly overflow: OverflowAnswer;
}

/** What holds without configuration: a day of 11 results a second. */
export const outboxLimitsDefault: OutboxLimits = {
  resultsMax: 1_000_000,
  bytesMax: 1024 * 1024 * 1024,
  ageMaxSeconds: 0,
  overflow: 'oldest-per-service',
};
