/**
 * Is told which rule is at work, so that one that never comes back can be found from outside.
 * It is called for each try of a rule: it must cost next to nothing.
 */
export interface RuleWatch {
  /** @param place of the rule among those of all files, from 0 */
  begin(place: number): void;
  /** The rule that was tried last has matched. */
  matched(place: number): void;
  /** No rule is at work any more. */
  end(): void;
}

/** Where nobody watches. */
export const unwatched: RuleWatch = { begin: () => {}, matched: () => {}, end: () => {} };
