import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineFilter } from '../prefilter/line-filter.ts';
import { Prefilter } from '../prefilter/prefilter.ts';
import type { CheckedRuleFile, Continuation, Rule } from './rule.ts';
import { type RuleWatch, unwatched } from './rule-watch.ts';
import type { Runtime } from './runtime.ts';

type Outcome = 'end line' | 'go on';

export interface RuleProcessorOptions {
  /** Rules are only tried on lines that they can match. */
  readonly prefilters: boolean;
  /** Rules that are never tried. */
  readonly suspended?: ReadonlySet<Rule> | undefined;
  readonly watch?: RuleWatch | undefined;
}

/** Takes a line through rule files: from rule to rule, along labels, and by jumps into sets. */
export class RuleProcessor {
  readonly #main: readonly CheckedRuleFile[];
  readonly #sets = new Map<ByteString, CheckedRuleFile[]>();
  /** Sets that the line has jumped into: a jump to one of them would never end. */
  readonly #within = new Set<ByteString>();

  readonly #prefilter: Prefilter;
  readonly #watch: RuleWatch;
  /** For each file where its rules begin among those of all files. */
  readonly #places = new Map<CheckedRuleFile, number>();
  /** How often the lines of the window were changed when rules were chosen for it. */
  #changes = 0;

  /** @param files in the order in which a line passes through them */
  constructor(files: readonly CheckedRuleFile[], options: RuleProcessorOptions) {
    const { prefilters, suspended, watch = unwatched } = options;
    this.#prefilter = new Prefilter(files, prefilters, suspended);
    this.#watch = watch;
    let place = 0;
    for (const file of files) {
      this.#places.set(file, place);
      place += file.rules.length;
    }
    this.#main = files.filter(({ onlyByJump }) => !onlyByJump);
    for (const file of files) {
      for (const name of new Set(file.sets)) {
        const members = this.#sets.get(name);
        if (members) members.push(file);
        else this.#sets.set(name, [file]);
      }
    }
  }

  /** Takes the current line of the runtime through all files. */
  process(runtime: Runtime): void {
    const { window } = runtime.line;
    this.#prefilter.mark(window.text(1), runtime);
    this.#changes = window.changes;
    for (const file of this.#main) {
      if (this.#processFile(file, runtime) === 'end line') break;
    }
    this.#watch.end();
  }

  /** What finds the lines that rules have to be tried on at the moment; undefined when all are. */
  lineFilter(runtime: Runtime): LineFilter | undefined {
    return this.#prefilter.lineFilter(runtime);
  }

  #processFile(file: CheckedRuleFile, runtime: Runtime): Outcome {
    const { rules, labels } = file;
    const place = this.#places.get(file) ?? 0;
    const end = place + rules.length;
    for (let at = this.#prefilter.next(place, end); at < end; ) {
      const id = at - place;
      this.#watch.begin(at);
      let continuation = tryRule(rules[id], file, runtime);
      if (continuation !== undefined) this.#watch.matched(at);
      // Its actions may have changed the line for the rules that follow.
      const { window } = runtime.line;
      if (window.changes !== this.#changes) {
        this.#changes = window.changes;
        this.#prefilter.markChanged(window.text(1), runtime);
      }
      if (continuation?.kind === 'jump') {
        if (this.#jump(continuation.sets, file, runtime) === 'end line') return 'end line';
        continuation = continuation.after;
      }
      let following = id + 1;
      if (continuation !== undefined && continuation.kind !== 'take next') {
        if (continuation.kind === 'end line') return 'end line';
        const target = targetOf(continuation, labels);
        if (target === undefined || target <= id) return 'go on';
        following = target;
      }
      at = this.#prefilter.next(place + following, end);
    }
    return 'go on';
  }

  #jump(sets: readonly ByteString[], from: CheckedRuleFile, runtime: Runtime): Outcome {
    for (const name of sets) {
      const files = this.#sets.get(name);
      if (files === undefined) {
        const message = `Can't jump to fileset '${name}' from ${from.file}, set does not exist`;
        runtime.host.log(3, message);
        continue;
      }
      if (this.#within.has(name)) {
        const message = `Can't jump to fileset '${name}' from ${from.file}, loop detected`;
        runtime.host.log(3, message);
        continue;
      }
      this.#within.add(name);
      const outcome = this.#processSet(files, runtime);
      this.#within.delete(name);
      if (outcome === 'end line') return outcome;
    }
    return 'go on';
  }

  #processSet(files: readonly CheckedRuleFile[], runtime: Runtime): Outcome {
    for (const file of files) {
      if (this.#processFile(file, runtime) === 'end line') return 'end line';
    }
    return 'go on';
  }
}

/**
 * Tries a rule on the current line. V8 gives up on some regular expressions when a line
 * is megabytes long: that is told, and is no match; the other rules go on.
 */
function tryRule(
  rule: Rule | undefined,
  { file }: CheckedRuleFile,
  runtime: Runtime,
): Continuation | undefined {
  try {
    return rule?.process(runtime);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `Rule in ${file} at line ${rule?.line} cannot be tried on a line: ${error.message}`;
    runtime.host.log(2, message);
    return undefined;
  }
}

function targetOf(
  continuation: Continuation,
  labels: ReadonlyMap<ByteString, number>,
): number | undefined {
  return continuation.kind === 'go to' ? labels.get(continuation.label) : undefined;
}
