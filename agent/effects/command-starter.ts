import { type ChildProcess, spawn } from 'node:child_process';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';

/** Commands that run at the same time; further ones wait for one to end. */
const runningMax = 50;

/** Commands that may wait; when there are more, new ones are dropped and that is logged. */
const waitingMax = 10_000;

/** What only a shell understands; a command without any of it is started directly, as SEC does. */
const shellCharacters = /[$&*(){}[\]'";\\|?<>~`\n]/;

/** Starts the commands of `shellcmd` actions and tells when one fails. */
export class CommandStarter {
  readonly #log: Log;
  readonly #running = new Set<ChildProcess>();
  readonly #waiting: ByteString[] = [];
  #dropped = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts a command, or puts it behind those that run already. */
  start(command: ByteString): void {
    if (this.#running.size < runningMax) this.#spawn(command);
    else if (this.#waiting.length < waitingMax) this.#waiting.push(command);
    else this.#drop();
  }

  /** Asks all running commands to end; waiting ones are not started any more. */
  stop(): void {
    if (this.#waiting.length > 0) {
      this.#log.warn('COMMANDS_DROPPED', 'stopping: commands that still waited were not started', {
        commands: this.#waiting.length,
      });
    }
    this.#waiting.length = 0;
    for (const child of this.#running) child.kill('SIGTERM');
  }

  #spawn(command: ByteString): void {
    // Arguments of processes are bytes to the system; Node writes them as UTF-8.
    const text = textOf(command);
    const child = shellCharacters.test(command)
      ? spawn('/bin/sh', ['-c', text], { stdio: ['ignore', 'inherit', 'inherit'] })
      : this.#spawnWords(text);
    this.#running.add(child);
    let failure: string | undefined;
    child.once('error', (error) => {
      failure = systemReason(error);
      this.#ended(child, text, failure);
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) failure = `ended by ${signal}`;
      else if (code !== 0) failure = `exit code ${code}`;
      this.#ended(child, text, failure);
    });
  }

  #spawnWords(text: string): ChildProcess {
    const [program = '', ...words] = text.trim().split(/\s+/);
    return spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  #ended(child: ChildProcess, command: string, failure: string | undefined): void {
    if (!this.#running.delete(child)) return;
    if (failure !== undefined) {
      this.#log.warn('COMMAND_FAILED', `command failed (${failure}): ${command}`, {
        pid: child.pid ?? 0,
      });
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.#spawn(next);
  }

  #drop(): void {
    this.#dropped++;
    // Powers of two: the first one is told, and a storm does not fill the log.
    if (Math.log2(this.#dropped) % 1 !== 0) return;
    this.#log.error(
      'COMMANDS_DROPPED',
      `more than ${waitingMax} commands wait, new ones are dropped: rules start them faster than they end`,
      { dropped: this.#dropped },
    );
  }
}
