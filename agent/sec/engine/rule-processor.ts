import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckedRuleFile, Continuation, Rule } from './rule.ts';
import type { Runtime } from './runtime.ts';

type Outcome = 'end line' | 'go on';

/** Takes a line through rule files: from rule to rule, along labels, and by jumps into sets. */
export class RuleProcessor {
  readonly #main: readonly CheckedRuleFile[];
  readonly #sets = new Map<ByteString, CheckedRuleFile[]>();
  /** Sets that the line has jumped into: a jump to one of them would never end. */
  readonly #within = new Set<ByteString>();

  /** @param files in the order in which a line passes through them */
  constructor(files: readonly CheckedRuleFile[]) {
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
    for (const file of this.#main) {
      if (this.#processFile(file, runtime) === 'end line') return;
    }
  }

  #processFile(file: CheckedRuleFile, runtime: Runtime): Outcome {
    const { rules, labels } = file;
    for (let id = 0; id < rules.length; id++) {
      let continuation = tryRule(rules[id], file, runtime);
      if (continuation?.kind === 'jump') {
        if (this.#jump(continuation.sets, file, runtime) === 'end line') return 'end line';
        continuation = continuation.after;
      }
      if (continuation === undefined || continuation.kind === 'take next') continue;
      if (continuation.kind === 'end line') return 'end line';
      const target = targetOf(continuation, labels);
      if (target === undefined || target <= id) return 'go on';
      id = target - 1;
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
