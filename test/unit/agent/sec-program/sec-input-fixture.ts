import path from 'node:path';
import type { TestContext } from 'node:test';
import { SecInputSet } from '../../../../agent/sec-program/sec-input-set.ts';
import { defaultSecOptions, type SecOptions } from '../../../../agent/sec-program/sec-options.ts';
import { RecordingHost } from '../../../support/recording-host.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** Inputs in a folder of their own, with a clock that the test moves. */
export class InputFixture {
  readonly folder: string;
  readonly host = new RecordingHost();
  readonly scripts: string[] = [];
  readonly inputs: SecInputSet;
  readonly options: SecOptions;
  now = 1_700_000_000;

  /** @param names the inputs, with their contexts: `a.log` or `a.log=CONTEXT` */
  constructor(t: TestContext, names: readonly string[], options: Partial<SecOptions> = {}) {
    this.folder = tempDir(t);
    const input = names.map((name) => {
      const [pattern = '', context] = name.split('=');
      return { pattern: this.path(pattern), context };
    });
    this.options = { ...defaultSecOptions, ...options, input };
    this.inputs = new SecInputSet({
      options: this.options,
      host: () => this.host,
      now: () => this.now,
      startScript: (words) => this.scripts.push(this.#short(words.join(' '))),
    });
    t.after(() => this.inputs.close());
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** The lines that are there now, as `name: text`, until a look brings nothing. */
  lines(): string[] {
    const lines: string[] = [];
    for (;;) {
      const line = this.inputs.next();
      if (line !== undefined) lines.push(`${this.#short(line.source)}: ${line.text}`);
      else if (!this.inputs.busy) return lines;
    }
  }

  /** What was logged since the last time. */
  logged(): string[] {
    return this.host.take().map((call) => this.#short(call));
  }

  #short(text: string): string {
    return text.replaceAll(`${this.folder}/`, '');
  }
}
