import { contextRules, singleRules, thresholdRule } from './rule-sets.ts';

/** What both programs do. */
export interface Work {
  readonly name: string;
  /** Their rule file. */
  readonly rules: string;
  readonly log: LogName;
  /** Lines that SEC gets: fewer where it would take hours. What it costs is linear in them. */
  readonly secLines: number;
  /** Lines that nagtail gets; it gets SEC's lines, too, to compare what both write. */
  readonly ourLines: number;
  /** The ratio to reach, by lines a second of processor time; undefined where none is set. */
  readonly ratioMin: number | undefined;
  /** Peak memory is to be no more than SEC's. */
  readonly comparesMemory: boolean;
  /** Its place in the scaling curve; undefined for other works. */
  readonly ruleCount: number | undefined;
}

/** Kinds of logs: see writeLog. */
export const logNames = ['mixed', 'logins of 10k', 'logins of 100k'] as const;
export type LogName = (typeof logNames)[number];

/** Rules of the scaling curve. */
const ruleCounts = [1, 3, 10, 30, 100, 300, 1000, 3000];

const ratiosOfRules: ReadonlyMap<number, number> = new Map([
  [1, 10],
  [10, 25],
  [100, 100],
  [1000, 1000],
]);

/** Lines of a full run. */
const fullLines = 4_000_000;
/** Of works that keep something for each key. */
const keyedLines = 2_000_000;
/** Tries of rules that SEC is given in a row of the curve: some 20 s. */
const secTries = 20_000_000;

/**
 * All works. A quick run has fewer lines, so that the start of the programs weighs more: its
 * ratios are lower than those of a full run.
 */
export function allWorks(isQuick: boolean): readonly Work[] {
  const lines = (count: number) => (isQuick ? Math.round(count / 10) : count);
  const single = (type: 'RegExp' | 'SubStr', count: number): Work => ({
    name: `${count} ${type}`,
    rules: singleRules(count, type),
    log: 'mixed',
    secLines: Math.min(lines(1_000_000), Math.max(1_000, Math.round(lines(secTries) / count))),
    ourLines: isQuick ? fullLines / 4 : fullLines,
    ratioMin: ratiosOfRules.get(count),
    comparesMemory: false,
    ruleCount: type === 'RegExp' ? count : undefined,
  });
  const keyed = (name: string, rules: string, log: LogName, ratioMin: number): Work => ({
    name,
    rules,
    log,
    secLines: lines(keyedLines),
    ourLines: lines(keyedLines),
    ratioMin,
    comparesMemory: log === 'logins of 100k',
    ruleCount: undefined,
  });
  const threshold = (keys: number) => Math.max(2, lines(keyedLines) / keys);
  return [
    ...ruleCounts.map((count) => single('RegExp', count)),
    ...[...ratiosOfRules.keys()].map((count) => single('SubStr', count)),
    keyed('threshold, 10k keys', thresholdRule(threshold(10_000)), 'logins of 10k', 5),
    keyed('threshold, 100k keys', thresholdRule(threshold(100_000)), 'logins of 100k', 5),
    keyed('contexts, 10k', contextRules, 'logins of 10k', 8),
    keyed('contexts, 100k', contextRules, 'logins of 100k', 8),
  ];
}
