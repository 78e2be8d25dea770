import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../platform/clock.ts';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';

/** Numbers of RFC 5424, 6.2.1. */
const facilities: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** Severities: critical, error, warning, notice, informational, debug. */
export type SyslogSeverity = 2 | 3 | 4 | 5 | 6 | 7;

/** The longest message, in bytes; `logger` cuts the rest off. */
const messageBytesMax = 16_384;

/** Bytes that may wait for a `logger` that does not take them; beyond it messages are dropped. */
const waitingBytesMax = 1024 * 1024;

/** How long the last messages may take at the end, in milliseconds. */
const endWaitMs = 1000;

/** True for a facility that syslog knows. */
export function isSyslogFacility(name: string): boolean {
  return Object.hasOwn(facilities, name.toLowerCase());
}

/**
 * Sends messages to syslog through one `logger` process (util-linux), because Node
 * has no datagram sockets in the file system. A newline in a message begins a
 * second one.
 */
export class SyslogSender {
  readonly #facility: number;
  readonly #logger: ChildProcess;

  /**
   * @param facility one for which isSyslogFacility() is true
   * @param tag the program's name in the messages
   */
  constructor(facility: string, tag: string, onFailure: (reason: string) => void) {
    this.#facility = facilities[facility.toLowerCase()] ?? 1;
    const format = ['--prio-prefix', `--id=${process.pid}`, `--tag=${tag}`];
    // A session of its own: signals for us from a terminal are not for it.
    this.#logger = spawn('logger', [...format, `--size=${messageBytesMax}`], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
    });
    this.#logger.on('error', (error) => onFailure(error.message));
    this.#logger.stdin?.on('error', () => {});
    this.#logger.unref();
  }

  send(severity: SyslogSeverity, message: ByteString): void {
    const { stdin } = this.#logger;
    if (stdin === null || stdin.writableLength > waitingBytesMax) return;
    const prefix = `<${this.#facility * 8 + severity}>`;
    const lines = message.split('\n').map((line) => `${prefix}${line}\n`);
    stdin.write(bytesOf(lines.join('')));
  }

  /** Settles when the last messages are sent. */
  async close(): Promise<void> {
    this.#logger.stdin?.end();
    if (this.#logger.exitCode !== null || this.#logger.pid === undefined) return;
    this.#logger.ref();
    const cancel = systemClock.setTimer(endWaitMs, () => this.#logger.kill());
    await once(this.#logger, 'exit');
    cancel();
  }
}
