import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { commandsOf } from './external-commands.ts';
import { Program, type ProgramRecord } from './program.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';
import { waitForCommands } from './wait-for-commands.ts';

/** A running receiver whose configuration a test writes anew and lets it read again. */
export class ReloadedShim {
  readonly folder: string;
  readonly #config: string;
  readonly #program: Program;

  private constructor(folder: string, config: string, program: Program) {
    this.folder = folder;
    this.#config = config;
    this.#program = program;
  }

  /** Starts it on this configuration, in which relative paths are in a folder of its own. */
  static async start(
    test: TestContext,
    configuration: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<ReloadedShim> {
    const folder = tempDir(test);
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const config = path.join(folder, 'shim.ini');
    writeFileSync(config, configuration);
    const args = ['run', '--config', config, '--log-format', 'json'];
    const program = Program.start(test, 'nagtail-shim', args);
    await program.record('LISTENING');
    // Beside listeners this is all that there is to wait for: it is told when signals are heard.
    await waitFor('its status', () => existsSync(path.join(folder, 'state/status.sock')));
    return new ReloadedShim(folder, config, program);
  }

  /** Writes another configuration, or leaves it as it is, and waits until the receiver has read it. */
  async reload(configuration?: string): Promise<'reloaded' | 'kept'> {
    if (configuration !== undefined) writeFileSync(this.#config, configuration);
    const outcomes = () => ({
      reloaded: this.records('CONFIG_RELOADED').length,
      kept: this.records('CONFIG_KEPT').length,
    });
    const before = outcomes();
    this.#program.kill('SIGHUP');
    const after = await waitFor(
      'a reload',
      outcomes,
      ({ reloaded, kept }) => reloaded + kept > before.reloaded + before.kept,
    );
    return after.reloaded > before.reloaded ? 'reloaded' : 'kept';
  }

  /** The log records of a code so far. */
  records(code: string): ProgramRecord[] {
    return this.#program.records(code);
  }

  /** The messages of a code so far, with paths as they are in its folder. */
  messages(code: string): string[] {
    return this.records(code).map(({ message }) =>
      String(message).replaceAll(`${this.folder}/`, ''),
    );
  }

  /** The commands in a regular file of its folder, without their time. */
  commands(name = 'commands'): string[] {
    const file = path.join(this.folder, name);
    return existsSync(file) ? commandsOf(readFileSync(file, 'latin1')) : [];
  }

  async waitForCommands(count: number, name = 'commands'): Promise<string[]> {
    return await waitForCommands(count, () => this.commands(name));
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
