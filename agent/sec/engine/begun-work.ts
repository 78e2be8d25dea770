import type { ActionOrigin } from '../contexts/context.ts';
import type { CheckedRuleFile, Rule } from './rule.ts';
import type { RuleWatch } from './rule-watch.ts';

/**
 * Runs what rules do without a line: by the clock, or when something ends that they have begun. It is
 * watched as the tries of lines are, and not done for rules that are suspended: action lists can loop.
 */
export class BegunWork {
  /** For each file where its rules begin among those of all files. */
  readonly #starts = new Map<string, number>();
  readonly #suspended: ReadonlySet<Rule>;
  readonly #watch: RuleWatch;
  readonly #rules: readonly Rule[];

  constructor(
    files: readonly CheckedRuleFile[],
    watch: RuleWatch,
    suspended: ReadonlySet<Rule> = new Set(),
  ) {
    this.#suspended = suspended;
    this.#watch = watch;
    this.#rules = files.flatMap(({ rules }) => rules);
    let start = 0;
    for (const { file, rules } of files) {
      this.#starts.set(file, start);
      start += rules.length;
    }
  }

  /** Does what a rule has begun. False when it was not done, because the rule is suspended. */
  run({ file, ruleId }: ActionOrigin, work: () => void): boolean {
    const start = this.#starts.get(file);
    const place = start === undefined ? undefined : start + ruleId;
    const rule = place === undefined ? undefined : this.#rules[place];
    // What has no rule any more, because its file is another one now, is not watched.
    if (place === undefined || rule === undefined) {
      work();
      return true;
    }
    if (this.#suspended.has(rule)) return false;
    this.#watch.begin(place);
    work();
    this.#watch.end();
    return true;
  }
}
