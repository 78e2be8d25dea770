const states: Readonly<Record<string, number>> = {
  OK: 0,
  UP: 0,
  WARNING: 1,
  DOWN: 1,
  CRITICAL: 2,
  UNREACHABLE: 2,
  UNKNOWN: 3,
};

/** Nagios' words for states. */
export const stateWords: readonly string[] = Object.keys(states);

/** The return code that a state stands for, a number of 16 bits or one of the words; undefined when it stands for none. */
export function returnCodeOf(state: unknown): number | undefined {
  if (typeof state === 'number') {
    return Number.isInteger(state) && state >= -32_768 && state <= 32_767 ? state : undefined;
  }
  if (typeof state !== 'string') return undefined;
  const word = state.toUpperCase();
  return Object.hasOwn(states, word) ? states[word] : undefined;
}
