import type { Host } from './host.ts';
import type { LineEvent } from './line-event.ts';
import type { CheckedRuleFile } from './rule.ts';

/** Runs rule files on lines. Pure: what is to be done goes to the host, time comes with the line. */
export class Engine {
  readonly #files: readonly CheckedRuleFile[];
  readonly #host: Host;

  /** @param files in the order in which a line passes through them */
  constructor(files: readonly CheckedRuleFile[], host: Host) {
    this.#files = files;
    this.#host = host;
  }

  /** Takes one line through all rule files. */
  process(event: LineEvent): void {
    for (const file of this.#files) {
      if (this.#processFile(file, event) === 'end line') return;
    }
  }

  #processFile({ rules, labels }: CheckedRuleFile, event: LineEvent): 'end line' | 'next file' {
    for (let id = 0; id < rules.length; id++) {
      const continuation = rules[id]?.process(event, this.#host);
      if (continuation === undefined || continuation.kind === 'take next') continue;
      if (continuation.kind === 'end line') return 'end line';
      const target = continuation.kind === 'go to' ? labels.get(continuation.label) : undefined;
      if (target === undefined || target <= id) return 'next file';
      id = target - 1;
    }
    return 'next file';
  }
}
