import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckedRuleFile, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { BytePairs } from './byte-pairs.ts';
import { chooseClause, LineSample } from './choose-clause.ts';
import type { LineFilter } from './line-filter.ts';
import type { AnyOf, Literal } from './line-need.ts';
import { LineSampler, sampleLineBytesMax } from './line-sampler.ts';
import { LiteralScanner, type MarkedLiteral } from './literal-scanner.ts';
import { RuleBits } from './rule-bits.ts';
import { type SoughtRule, soughtRules } from './sought-rules.ts';
import { typicalLines } from './typical-lines.ts';

/** A literal that stands in a larger share of the lines saves less than looking for it costs. */
const commonShare = 0.5;

/**
 * Tries of rules that the scan of a line has to save to be worth it, on an average line: a
 * pattern that begins with a text finds out by itself that it is not there, nearly as fast.
 */
const savedTriesMin = 6;

/** The share of lines that no rule has to be tried on, so that it pays to look for the others in blocks. */
const skippedShareMin = 0.7;

/** Lines that are longer are not scanned: all rules are tried. */
const scannedBytesMax = 1024 * 1024;

/**
 * Tells for a line which rules can match it, so that only those are tried: one scan for
 * literals that the patterns require takes the place of trying them all. What it says is
 * a necessary condition; a rule of which nothing is known is tried on every line.
 */
export class Prefilter implements LineFilter {
  /** Those that may be tried … */
  readonly #rules: readonly SoughtRule[];
  /** … among so many. */
  readonly #count: number;
  readonly #waiting: readonly SoughtRule[];
  readonly #overdue: RuleBits | undefined;
  readonly #sampler = new LineSampler();
  /** There are rules that literals can be looked for. */
  readonly #samples: boolean;
  /** The rules to try on the line at hand. */
  readonly #marks: RuleBits;
  /** More than those to try on every line are marked. */
  #hasMore = true;
  /** All that may be tried. */
  readonly #all: RuleBits;
  /** Those to try on every line. */
  #always: RuleBits;
  #scanner: LiteralScanner | undefined;
  /** The scanner is worth it for a line by itself, … */
  #marksLines = false;
  /** … and for finding lines in blocks. */
  #findsLines = false;
  #scratch = Buffer.alloc(4096);

  /**
   * @param enabled without it all rules are tried on every line
   * @param suspended rules that are tried on none
   */
  constructor(
    files: readonly CheckedRuleFile[],
    enabled: boolean,
    suspended: ReadonlySet<Rule> = new Set(),
  ) {
    const sought = soughtRules(files);
    this.#count = sought.length;
    this.#rules = sought.filter(({ rule }) => !suspended.has(rule));
    this.#marks = new RuleBits(this.#count);
    this.#always = new RuleBits(this.#count);
    this.#all = new RuleBits(this.#count);
    for (const { bit } of this.#rules) this.#all.set(bit);
    this.#samples = enabled && this.#rules.some(({ clauses }) => clauses.length > 0);
    const waiting = this.#rules.filter(({ always, whileOperations }) => !always && whileOperations);
    const overdue = this.#rules.filter(({ whileOverdue }) => whileOverdue);
    this.#waiting = enabled ? waiting : [];
    if (enabled && overdue.length > 0) {
      this.#overdue = new RuleBits(this.#count);
      for (const { bit } of overdue) this.#overdue.set(bit);
    }
    if (enabled) this.#learn(new LineSample(typicalLines), typicalLines, false);
    else this.#always.copy(this.#all);
  }

  /** Finds out which rules can match a line; then next() gives them. */
  mark(text: ByteString, runtime: Runtime): void {
    this.#learnFromSample();
    if (this.#hasMore) {
      this.#marks.copy(this.#always);
      this.#hasMore = false;
    }
    this.#markMore(text, runtime);
  }

  /**
   * A rule has changed the line. Those that could match it before stay marked: what they look
   * for may be a match that was found before, and not in the text.
   */
  markChanged(text: ByteString, runtime: Runtime): void {
    this.#markMore(text, runtime);
  }

  #markMore(text: ByteString, runtime: Runtime): void {
    const marks = this.#marks;
    if (this.#overdue !== undefined && isOverdue(runtime)) {
      marks.add(this.#overdue);
      this.#hasMore = true;
    }
    for (const { bit, file, id } of this.#waiting) {
      if (!runtime.operations.hasOfRule(file, id)) continue;
      marks.set(bit);
      this.#hasMore = true;
    }
    if (this.#samples && this.#sampler.wants(text.length)) this.#sampler.add(text);
    if (this.#scanner === undefined) return;
    this.#hasMore = true;
    if (!this.#marksLines || text.length > scannedBytesMax) {
      marks.add(this.#all);
      return;
    }
    if (text.length > this.#scratch.length) this.#scratch = Buffer.alloc(text.length * 2);
    const length = this.#scratch.write(text, 'latin1');
    this.#scanner.mark(this.#scratch, 0, length, marks.words);
  }

  /** The first marked rule from a place on; `end` when there is none before it. */
  next(from: number, end: number): number {
    return this.#marks.next(from, end);
  }

  /** What finds the lines that matter at the moment; undefined when all do. */
  lineFilter(runtime: Runtime): LineFilter | undefined {
    this.#learnFromSample();
    if (!this.#findsLines) return undefined;
    if (this.#overdue !== undefined && isOverdue(runtime)) return undefined;
    for (const { file, id } of this.#waiting) {
      if (runtime.operations.hasOfRule(file, id)) return undefined;
    }
    return this;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const at = this.#scanner?.find(bytes, from, to) ?? -1;
    if (this.#samples && this.#sampler.wants((at < 0 ? to : at) - from)) {
      const end = Math.min(to, from + sampleLineBytesMax);
      this.#sampler.add(
        Buffer.from(bytes.subarray(from, end)).toString('latin1').split('\n', 1)[0] ?? '',
      );
    }
    return at;
  }

  #learnFromSample(): void {
    const sample = this.#sampler.take();
    if (sample !== undefined) this.#learn(sample, sample.lines, true);
  }

  /**
   * Chooses what to look for.
   * @param seen the lines are what the rules really get
   */
  #learn(sample: LineSample, lines: readonly string[], seen: boolean): void {
    const pairs = new BytePairs(lines);
    const always = new RuleBits(this.#count);
    const literals = new LiteralBits();
    let saved = 0;
    let skipped = 1;
    for (const rule of this.#rules) {
      const chosen = rule.clauses.map((clauses) => chooseClause(clauses, sample, pairs));
      const known = chosen.filter((clause) => clause !== undefined);
      const share = known.reduce((sum, clause) => sum + clause.share, 0);
      if (rule.always || known.length < chosen.length || (seen && share > commonShare)) {
        always.set(rule.bit);
        continue;
      }
      for (const { clause } of known) literals.add(clause, rule.bit);
      saved += 1 - share;
      skipped *= 1 - share;
    }
    this.#marksLines = saved >= savedTriesMin || !seen;
    this.#findsLines = always.isEmpty && (skipped >= skippedShareMin || !seen);
    const scans = literals.size > 0 && (this.#marksLines || this.#findsLines);
    if (!scans) for (const { bit, clauses } of this.#rules) if (clauses.length > 0) always.set(bit);
    this.#always = always;
    this.#hasMore = true;
    this.#scanner = scans ? new LiteralScanner(literals.all, pairs) : undefined;
  }
}

/** True when the time of a context may be over that housekeeping has not come to yet. */
function isOverdue({ contexts, time }: Runtime): boolean {
  const { nextDueAt } = contexts;
  return nextDueAt !== undefined && nextDueAt <= time;
}

/** Literals, each with the rules that look for it. */
class LiteralBits {
  readonly #byText = new Map<string, { readonly literal: Literal; readonly bits: number[] }>();

  add(clause: AnyOf, bit: number): void {
    for (const literal of clause) {
      const key = `${literal.caseless ? 'i' : '='}${literal.text}`;
      const known = this.#byText.get(key);
      if (known === undefined) this.#byText.set(key, { literal, bits: [bit] });
      else if (known.bits.at(-1) !== bit) known.bits.push(bit);
    }
  }

  get size(): number {
    return this.#byText.size;
  }

  get all(): readonly MarkedLiteral[] {
    return [...this.#byText.values()];
  }
}
