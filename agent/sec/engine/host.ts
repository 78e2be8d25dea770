import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckResult } from '../../../protocol/check-result.ts';

/** SEC's levels: 1 critical, 2 error, 3 warning, 4 notice, 5 info, 6 debug. */
export type SecLogLevel = 1 | 2 | 3 | 4 | 5 | 6;

/**
 * Everything that rules want done to the world. The engine asks, the host does:
 * for real in `nagtail run`, otherwise in a test. Calls return at once; a host
 * reports its own failures.
 */
export interface Host {
  /** Appends a line to a file, or to standard output for `-`. The text has no newline yet. */
  writeLine(file: ByteString, text: ByteString): void;
  /** Starts a command line without waiting for it; the shell runs it where it needs one. */
  startCommand(command: ByteString): void;
  /** Queues a passive check result. */
  submit(result: CheckResult): void;
  /** Tells something, at SEC's own level for it. */
  log(level: SecLogLevel, text: ByteString): void;
}
