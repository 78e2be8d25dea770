import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { compilePreload } from './preload.ts';
import { tempDir } from './temp-dir.ts';

/** The wall clock of a program, which can be set while it runs: see clock-shift.c. */
export class ClockShift {
  readonly #control: string;
  /** What the program must be started with. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(control: string, library: string) {
    this.#control = control;
    this.environment = { CLOCK_SHIFT: control, LD_PRELOAD: library };
  }

  /** @returns why there is none, where no C compiler is */
  static make(test: TestContext): ClockShift | string {
    const folder = tempDir(test);
    const compiled = compilePreload('clock-shift', folder);
    if (typeof compiled === 'string') return compiled;
    const control = path.join(folder, 'shift');
    writeFileSync(control, Buffer.alloc(8));
    return new ClockShift(control, compiled.library);
  }

  /** Sets the clock so many seconds ahead of the real one, or behind it. */
  set(seconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    // The same file: the program has it in its memory.
    writeFileSync(this.#control, bytes, { flag: 'r+' });
  }
}
