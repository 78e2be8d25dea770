import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { compilePreload } from './preload.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** What a broken disk does: see disk-faults.c. */
export type DiskFault =
  | 'write ENOSPC'
  | 'write EIO'
  | 'torn EIO'
  | 'short'
  | 'sync EIO'
  | 'write EROFS'
  | 'read EIO'
  | 'little';

/** A disk under some files of a program that can be broken and mended while it runs. */
export class DiskFaults {
  readonly #control: string;
  /** What the program must be started with. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(control: string, environment: Readonly<Record<string, string>>) {
    this.#control = control;
    this.environment = environment;
  }

  /**
   * Compiles what is loaded into the program.
   * @param files a text in the paths of the files that it is about
   * @returns why there is none, where no C compiler is
   */
  static make(test: TestContext, files: string): DiskFaults | string {
    const folder = tempDir(test);
    const compiled = compilePreload('disk-faults', folder);
    if (typeof compiled === 'string') return compiled;
    const control = path.join(folder, 'fault');
    const variables = { DISK_FAULTS: control, DISK_FAULTS_FOR: files };
    return new DiskFaults(control, { ...variables, LD_PRELOAD: compiled.library });
  }

  break(fault: DiskFault): void {
    const [word, name] = fault.split(' ');
    const number = name === undefined ? '' : os.constants.errno[name as 'EIO'];
    writeFileSync(this.#control, `${word} ${number}`);
  }

  mend(): void {
    rmSync(this.#control, { force: true });
  }

  /** How many calls have failed, or were cut short. */
  get count(): number {
    const file = `${this.#control}.count`;
    return existsSync(file) ? statSync(file).size : 0;
  }

  /** Waits until so many more calls have failed. */
  async more(calls: number): Promise<void> {
    const wanted = this.count + calls;
    const isEnough = (count: number) => count >= wanted;
    await waitFor(`${wanted} faults`, () => this.count, isEnough);
  }
}
