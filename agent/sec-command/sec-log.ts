import { closeSync, openSync, writeSync } from 'node:fs';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import type { SecLogLevel } from '../sec/engine/host.ts';
import { timeText } from '../sec/substitute/time-variables.ts';
import type { SecOptions } from '../sec-program/sec-options.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { isSyslogFacility, SyslogSender, type SyslogSeverity } from './syslog-sender.ts';

const standardError = 2;
const severities: readonly SyslogSeverity[] = [2, 3, 4, 5, 6, 7];

/** Where SEC's own messages go: standard error, a file, syslog. */
export class SecLog {
  #onTerminal: boolean;
  readonly #now: () => number;
  /** The least important level that is told. */
  level: number;
  #file: number | undefined;
  #syslog: SyslogSender | undefined;

  /**
   * @param onTerminal messages also go to standard error
   * @param now gives Unix time
   */
  constructor(level: number, onTerminal: boolean, now: () => number) {
    this.level = level;
    this.#onTerminal = onTerminal;
    this.#now = now;
  }

  /** Opens what --log and --syslog name; complains on standard error of what it cannot open. */
  open({ logFile, syslogFacility }: Pick<SecOptions, 'logFile' | 'syslogFacility'>): void {
    if (logFile !== undefined) {
      try {
        this.#file = openSync(logFile, 'a', 0o666);
      } catch (error) {
        complain(`Can't open logfile ${logFile} (${systemMessage(error)})`);
      }
    }
    if (syslogFacility === undefined) return;
    if (!isSyslogFacility(syslogFacility)) {
      complain(`Unknown syslog facility '${syslogFacility}'`);
      return;
    }
    this.#syslog = new SyslogSender(syslogFacility, 'sec', (reason) => {
      complain(`Can't send to syslog: the program logger (${reason})`);
    });
  }

  /** Tells something, if it is important enough. */
  log(level: SecLogLevel, text: ByteString): void {
    if (level <= this.level) this.#tell(text, severities[level - 1] ?? 5);
  }

  /** Tells of single steps; undefined when nobody reads that. */
  get detail(): ((text: ByteString) => void) | undefined {
    return this.level < 6 || !this.#isRead ? undefined : this.#tellDetail;
  }

  /** Tells something whatever the level is. */
  always(text: ByteString): void {
    this.#tell(text, 5);
  }

  /** From now on nothing goes to standard error. */
  leaveTerminal(): void {
    this.#onTerminal = false;
  }

  /** Closes file and syslog; settles when the last messages are sent. */
  async close(): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    const syslog = this.#syslog;
    this.#syslog = undefined;
    await syslog?.close();
  }

  get #isRead(): boolean {
    return this.#onTerminal || this.#file !== undefined || this.#syslog !== undefined;
  }

  readonly #tellDetail = (text: ByteString) => this.log(6, text);

  #tell(text: ByteString, severity: SyslogSeverity): void {
    if (this.#onTerminal) write(standardError, `${text}\n`);
    if (this.#file !== undefined) write(this.#file, `${timeText(this.#now())}: ${text}\n`);
    this.#syslog?.send(severity, text);
  }
}

/** Says something on standard error, whether it is a terminal or not. */
export function complain(text: string): void {
  write(standardError, `${text}\n`);
}

/** There is nobody to tell that a message cannot be written. */
function write(descriptor: number, text: ByteString): void {
  try {
    writeSync(descriptor, bytesOf(text));
  } catch {}
}
