import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { CheckedRuleFile, Rule } from '../sec/engine/rule.ts';
import { namesOf } from '../sec/state/rule-book.ts';
import type { Hold } from './hold-detector.ts';

/** Rules that are named in a report; of more there is only the number. */
const namedRulesMax = 10;

/** A rule that is tried no more, known by what it says and not by where it stands. */
export interface SuspendedRule {
  readonly name: ByteString;
  readonly by: Hold['by'];
  readonly limitMs: number;
}

/** A rule where it stands now. */
interface PlacedRule {
  readonly file: string;
  readonly rule: Rule;
  readonly name: ByteString;
  readonly patterns: readonly ByteString[];
}

/**
 * The rules that have held a line for too long. One is lifted when its file no longer has a
 * rule that says the same: somebody has changed it.
 */
export class SuspendedRules {
  #suspended: ReadonlyMap<ByteString, SuspendedRule>;
  #placed: readonly PlacedRule[] = [];

  constructor(suspended: readonly SuspendedRule[] = []) {
    this.#suspended = new Map(suspended.map((rule) => [rule.name, rule]));
  }

  /** Goes on with these rule files. Returns how many rules were lifted. */
  use(files: readonly CheckedRuleFile[]): number {
    this.#placed = files.flatMap(placedRules);
    const names = new Set(this.#placed.map(({ name }) => name));
    const before = this.#suspended.size;
    this.#suspended = new Map([...this.#suspended].filter(([name]) => names.has(name)));
    return before - this.#suspended.size;
  }

  /** Suspends the rule that has held a line. Returns what there is to tell of it. */
  suspend({ place = -1, by, limitMs }: Hold): ByteString | undefined {
    const placed = this.#placed[place];
    if (placed === undefined) return undefined;
    const suspended = { name: placed.name, by, limitMs };
    this.#suspended = new Map(this.#suspended).set(placed.name, suspended);
    return reportOf(placed, suspended);
  }

  get all(): readonly SuspendedRule[] {
    return [...this.#suspended.values()];
  }

  /** The suspended ones among the rules of the files. */
  get rules(): ReadonlySet<Rule> {
    const suspended = this.#placed.filter(({ name }) => this.#suspended.has(name));
    return new Set(suspended.map(({ rule }) => rule));
  }

  /** What there is to tell of all; undefined when there is none. */
  get summary(): ByteString | undefined {
    const suspended = this.all;
    if (suspended.length === 0) return undefined;
    const byName = new Map(this.#placed.map((placed) => [placed.name, placed]));
    const reports = suspended.slice(0, namedRulesMax).flatMap((rule) => {
      const placed = byName.get(rule.name);
      return placed === undefined ? [] : [reportOf(placed, rule)];
    });
    const count = suspended.length === 1 ? '1 rule is' : `${suspended.length} rules are`;
    const more = suspended.length - reports.length;
    return `${count} suspended: ${reports.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  }
}

/** How a rule has come to be suspended. */
function reportOf(
  { file, rule, patterns }: PlacedRule,
  { by, limitMs }: SuspendedRule,
): ByteString {
  const seconds = `${limitMs / 1_000} s`;
  const how = {
    rule: `held ${patterns.length === 0 ? 'all lines' : 'one line'} for more than ${seconds}`,
    'Perl pattern': `held one line for more than ${seconds} in perl`,
    'Perl code': `held one line with Perl code that did not return within ${seconds}`,
  };
  const pattern = patterns.length === 0 ? '' : `, pattern ${patterns.join(' and ')}`;
  return `${byteStringOf(file)}:${rule.line} ${how[by]}${pattern}`;
}

function placedRules(checked: CheckedRuleFile): readonly PlacedRule[] {
  const { file, rules, identities } = checked;
  const names = namesOf(checked);
  return rules.map((rule, id) => ({
    file,
    rule,
    name: names[id] ?? '',
    patterns: patternsOf(identities[id] ?? ''),
  }));
}

/** The patterns of a rule, as its keywords say them. */
function patternsOf(identity: ByteString): readonly ByteString[] {
  return [...identity.matchAll(/^(?:eg)?pattern\d*=(.*)$/gm)].map(([, pattern = '']) => pattern);
}
