import { formatProblem, inFileOrder, type Place, type Problem } from './problem.ts';

/**
 * The codes of all errors that nagtail raises itself. A code is stable: it may
 * be searched for in logs and documentation; a message may change.
 */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'ENROLMENT_FAILED'
  | 'FILE_EXISTS'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'JOURNAL_UNAVAILABLE'
  | 'LISTEN_FAILED'
  | 'PEER_CLOSED_EARLY'
  | 'PEER_PROTOCOL'
  | 'PEER_REFUSED'
  | 'PEER_TIMEOUT'
  | 'PEER_UNAVAILABLE'
  | 'PEER_UNREACHABLE'
  | 'PEER_UNTRUSTED'
  | 'PIPELINE_FAILED'
  | 'SCENARIO_INVALID'
  | 'STATE_NEWER'
  | 'STORE_DAMAGED'
  | 'STORE_FAILED';

/** What an error may carry beside its code and message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly place?: Place;
}

/** An error with a stable code, and where they are known its cause and its place. */
export class NagtailError extends Error {
  override readonly name: string = 'NagtailError';
  readonly code: ErrorCode;
  readonly place: Place | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.place = details.place;
  }
}

/** A configuration that cannot be used; carries every problem that was found in it. */
export class ConfigError extends NagtailError {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('CONFIG_INVALID', inFileOrder(problems).map(formatProblem).join('\n'));
    this.problems = inFileOrder(problems);
  }
}

/** The message of anything thrown, without a stack: for one clear line to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code that the operating system gave (`ENOENT`, `EACCES`, …), if the error has one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EAI_AGAIN: 'the name cannot be resolved now: the name server does not answer',
  EADDRINUSE: 'another program already uses this address and port',
  EADDRNOTAVAIL: 'this address does not belong to this machine',
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'connection reset by the other side',
  EHOSTUNREACH: 'no route to the host',
  EISDIR: 'it is a directory',
  EMFILE: 'too many open files: raise the limit with ulimit -n or LimitNOFILE=',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a directory',
  ENOTFOUND: 'the name cannot be resolved',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ETIMEDOUT: 'the connection timed out',
};

/** Why an operating system call failed, in words; falls back to the error's own message. */
export function systemReason(error: unknown): string {
  const code = systemCodeOf(error);
  return (code !== undefined ? systemReasons[code] : undefined) ?? messageOf(error);
}
