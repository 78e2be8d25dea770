import { type ByteString, byteStringOf } from '../../../protocol/byte-string.ts';
import type { CheckedRuleFile, Rule } from '../engine/rule.ts';
import { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';
import type { StateSink } from './state-store.ts';

/** A rule and where it stands now. */
export interface BookedRule {
  readonly file: string;
  readonly ruleId: number;
  readonly rule: Rule;
}

/** What is known of a rule that had a number. */
export interface KnownRule {
  readonly number: number;
  /** Its file, its content, and how many with the same content come before it. */
  readonly name: ByteString;
  /** What a rule of the clock remembers. */
  readonly memory: ByteString;
}

interface Entry extends BookedRule {
  readonly number: number;
  readonly name: ByteString;
  /** What it remembers according to what was saved; undefined when nothing was. */
  savedMemory: ByteString | undefined;
}

/** Reads a record that a book has saved. */
export function readKnownRule(number: number, record: Uint8Array): KnownRule {
  const reader = new RecordReader(record);
  const known = { number, name: reader.text(), memory: reader.text() };
  reader.end();
  return known;
}

/**
 * Numbers for rules under which their operations are saved. A rule keeps its number as
 * long as its file has a rule that says the same, wherever it stands there: a
 * rule that is inserted above it takes nothing away from it.
 */
export class RuleBook {
  readonly #byNumber = new Map<number, Entry>();
  readonly #byFile = new Map<string, readonly Entry[]>();
  /** Entries that are not saved as they are, but for those of rules of the clock. */
  #unsaved: Entry[] = [];
  readonly #clockRules: readonly Entry[];
  #removed: number[];

  /**
   * @param known the rules that have numbers
   * @param areSaved whether that is what is saved, too
   * @param removed numbers that may be saved and are to be forgotten
   */
  constructor(
    files: readonly CheckedRuleFile[],
    known: readonly KnownRule[],
    areSaved: boolean,
    removed: readonly number[] = [],
  ) {
    const left = new Map(known.map((rule) => [rule.name, rule]));
    let last = Math.max(0, ...removed, ...known.map(({ number }) => number));
    for (const checked of files) {
      const names = namesOf(checked);
      const entries = checked.rules.map((rule, ruleId): Entry => {
        const name = names[ruleId] ?? '';
        const before = left.get(name);
        left.delete(name);
        if (before !== undefined && rule.memory === '') rule.memory = before.memory;
        const savedMemory = areSaved ? before?.memory : undefined;
        const number = before?.number ?? ++last;
        return { file: checked.file, ruleId, rule, number, name, savedMemory };
      });
      this.#byFile.set(checked.file, entries);
      for (const entry of entries) this.#byNumber.set(entry.number, entry);
    }
    const all = [...this.#byNumber.values()];
    this.#unsaved = all.filter(({ savedMemory }) => savedMemory === undefined);
    this.#clockRules = all.filter(({ rule }) => rule.memory !== undefined);
    this.#removed = [...removed, ...[...left.values()].map(({ number }) => number)];
  }

  /** The book after the rule files were read again. */
  next(files: readonly CheckedRuleFile[]): RuleBook {
    const known = [...this.#byNumber.values()].map(({ number, name, rule }) => ({
      number,
      name,
      memory: rule.memory ?? '',
    }));
    return new RuleBook(files, known, false, this.#removed);
  }

  /** The rule of a number; undefined when it is gone or says something else now. */
  find(number: number): BookedRule | undefined {
    return this.#byNumber.get(number);
  }

  /** The number of a rule; 0 when there is none at that place. */
  numberOf(file: string, ruleId: number): number {
    return this.#byFile.get(file)?.[ruleId]?.number ?? 0;
  }

  /** True when rules are new or gone, or remember something else than they did. */
  get hasChanges(): boolean {
    return this.#removed.length > 0 || this.#unsaved.length > 0 || this.#clockRules.some(isOther);
  }

  /** Writes what has changed. */
  save(sink: StateSink, record: RecordWriter): void {
    for (const number of this.#removed) sink.remove('rules', number);
    for (const { number, name, rule } of new Set([
      ...this.#unsaved,
      ...this.#clockRules.filter(isOther),
    ])) {
      record.text(name);
      record.text(rule.memory ?? '');
      sink.put('rules', number, record.finish());
    }
  }

  /** What was written is durable. */
  saved(): void {
    this.#removed = [];
    this.#unsaved = [];
    for (const entry of this.#clockRules) entry.savedMemory = entry.rule.memory;
  }
}

function isOther({ rule, savedMemory }: Entry): boolean {
  return rule.memory !== savedMemory;
}

/** What the rules of a file are known by, wherever in it they stand. */
export function namesOf({ file, identities }: CheckedRuleFile): ByteString[] {
  const counts = new Map<ByteString, number>();
  return identities.map((identity) => {
    const before = counts.get(identity) ?? 0;
    counts.set(identity, before + 1);
    return `${byteStringOf(file)}\n${before}\n${identity}`;
  });
}
