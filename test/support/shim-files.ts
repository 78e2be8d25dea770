import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { commandsOf } from './external-commands.ts';
import { Program } from './program.ts';
import { tempDir } from './temp-dir.ts';
import { waitForCommands } from './wait-for-commands.ts';

export interface ReceiverOptions {
  readonly port: number;
  /** `nsca` without it. */
  readonly protocol?: 'nsca' | 'nsca-ng' | 'nrdp';
  /** More sections, such as identities. */
  readonly sections?: string;
  readonly method?: NscaMethod;
  readonly password?: string;
  /** More keys of the listener. */
  readonly listenKeys?: string;
  /** A FIFO to write to; a regular file in the receiver's folder without it. */
  readonly commandFile?: string;
  /** In place of the one sink for the command file. */
  readonly sinks?: string;
  /** More keys of `[shim]`. */
  readonly shimKeys?: string;
}

/** The files of a receiver in a folder of its own, and the receiver itself. */
export class ShimFiles {
  readonly #test: TestContext;
  readonly #config: string;
  readonly #commandFile: string;
  /** The socket on which a running receiver tells how it is. */
  readonly statusSocket: string;

  constructor(test: TestContext, options: ReceiverOptions) {
    this.#test = test;
    const folder = tempDir(test);
    this.#config = path.join(folder, 'nagtail-shim.ini');
    this.statusSocket = path.join(folder, 'state/status.sock');
    this.#commandFile = options.commandFile ?? path.join(folder, 'commands');
    const { port, protocol = 'nsca', commandFile } = options;
    const { method = 14, password = 'secret' } = options;
    const keys = `encryption_method = ${method}\npassword = ${password}`;
    const commandFileSink = `
[sink.nagios]
type = command-file
path = ${this.#commandFile}
create = ${commandFile === undefined ? 'yes' : 'no'}
`;
    const text = `
[shim]
state_dir = state
${options.shimKeys ?? ''}
[listen.${protocol}]
address = 127.0.0.1
port = ${port}
${protocol === 'nsca' ? keys : ''}
${options.listenKeys ?? ''}
${options.sections ?? ''}
${options.sinks ?? commandFileSink}
`;
    writeFileSync(this.#config, text);
  }

  /** Starts `nagtail-shim run` on these files and waits until it listens. */
  async start(): Promise<Program> {
    const args = ['run', '--config', this.#config, '--log-format', 'json'];
    const shim = Program.start(this.#test, 'nagtail-shim', args);
    await shim.record('LISTENING');
    return shim;
  }

  /** The commands in the command file so far, without their time. */
  get commands(): string[] {
    if (!existsSync(this.#commandFile)) return [];
    return commandsOf(readFileSync(this.#commandFile, 'latin1'));
  }

  async waitForCommands(count: number): Promise<string[]> {
    return await waitForCommands(count, () => this.commands);
  }
}
