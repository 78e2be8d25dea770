import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { commandsOf } from '../support/external-commands.ts';
import { FifoReader, makeFifo } from '../support/fifo.ts';
import { Program } from '../support/program.ts';
import { crashRules } from './crash-load.ts';

/** How results travel from the agent to the receiver. */
export type CrashProtocol = 'nsca' | 'nsca-ng' | 'nrdp';

export interface CrashWorldOptions {
  readonly protocol: CrashProtocol;
  /** On 127.0.0.1. */
  readonly port: number;
}

const password = 'crash-test';

/** An agent, a receiver and something that reads as Nagios does, in a folder of their own. */
export class CrashWorld {
  readonly #test: TestContext;
  readonly #folder: string;
  readonly #log: string;
  readonly #reader: FifoReader;
  #agent: Program | undefined;
  #shim: Program | undefined;
  #rotations = 0;

  constructor(test: TestContext, folder: string, options: CrashWorldOptions) {
    this.#test = test;
    this.#folder = folder;
    this.#log = this.#file('input.log');
    const fifo = makeFifo(this.#file('nagios.cmd'));
    this.#reader = FifoReader.forTest(test, fifo);
    writeFileSync(this.#log, '');
    writeFileSync(this.#file('rules.sec'), crashRules);
    writeFileSync(this.#file('nagtail.ini'), agentConfiguration(options));
    writeFileSync(this.#file('nagtail-shim.ini'), shimConfiguration(options));
  }

  /** Starts both programs, and waits until both are at work. */
  async start(): Promise<void> {
    await this.startShim().record('LISTENING');
    await this.startAgent().record('READY');
  }

  startAgent(): Program {
    this.#agent = this.#start('nagtail', 'nagtail.ini');
    return this.#agent;
  }

  startShim(): Program {
    this.#shim = this.#start('nagtail-shim', 'nagtail-shim.ini');
    return this.#shim;
  }

  /** Waits until both are at work, after whatever was done to them. */
  async atWork(): Promise<void> {
    await this.#shim?.record('LISTENING');
    await this.#agent?.record('READY');
  }

  /** kill -9, and a new start. */
  async killAgent(): Promise<void> {
    await this.#agent?.stop('SIGKILL');
    this.startAgent();
  }

  /** kill -9, and a new start. */
  async killShim(): Promise<void> {
    await this.#shim?.stop('SIGKILL');
    this.startShim();
  }

  /** The receiver stands still, or goes on. */
  holdShim(held: boolean): void {
    this.#shim?.kill(held ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Nagios does not read, or goes on. */
  holdReader(held: boolean): void {
    if (held) this.#reader.pause();
    else this.#reader.resume();
  }

  append(lines: readonly string[]): void {
    appendFileSync(this.#log, lines.map((line) => `${line}\n`).join(''));
  }

  /** Renames the log; the next line makes it anew. */
  rotate(): void {
    if (existsSync(this.#log)) renameSync(this.#log, `${this.#log}.${++this.#rotations}`);
  }

  /** What Nagios has read: external commands without their time. */
  get commands(): string[] {
    return commandsOf(this.#reader.text);
  }

  /** Ends both in order. Throws when something could not be delivered. */
  async stop(): Promise<void> {
    for (const program of [this.#agent, this.#shim]) {
      const end = await program?.stop();
      if (end?.code !== 0) throw new Error(`ended with ${end?.code}:\n${program?.stderr}`);
    }
  }

  /** What the programs that run now have said, for a failure. */
  get said(): string {
    return `agent:\n${this.#agent?.stderr}\nreceiver:\n${this.#shim?.stderr}`;
  }

  #start(name: 'nagtail' | 'nagtail-shim', config: string): Program {
    const args = ['run', '--config', this.#file(config), '--log-format', 'json'];
    return Program.start(this.#test, name, args);
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

function agentConfiguration({ protocol, port }: CrashWorldOptions): string {
  const where =
    protocol === 'nrdp'
      ? `url = http://127.0.0.1:${port}/nrdp/\ntoken = ${password}`
      : `host = 127.0.0.1\nport = ${port}\npassword = ${password}`;
  return `[agent]
host_name = web
state_dir = agent-state
rules = rules.sec
[input.log]
path = input.log
from_start = yes
[receiver.main]
protocol = ${protocol}
${where}
${protocol === 'nsca-ng' ? '' : 'late_notice = 0\n'}`;
}

function shimConfiguration({ protocol, port }: CrashWorldOptions): string {
  const identity =
    protocol === 'nsca'
      ? `password = ${password}\n`
      : `[identity.web]\npassword = ${password}\nhosts = web\nservices = .*\n`;
  return `[shim]
state_dir = shim-state
[listen.${protocol}]
address = 127.0.0.1
port = ${port}
${identity}[sink.nagios]
type = command-file
path = nagios.cmd
`;
}
