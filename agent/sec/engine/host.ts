import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CheckResult } from '../../../protocol/check-result.ts';

/** SEC's levels: 1 critical, 2 error, 3 warning, 4 notice, 5 info, 6 debug. */
export type SecLogLevel = 1 | 2 | 3 | 4 | 5 | 6;

/** A command: a line for the shell (which runs it where it needs one), or words that no shell sees. */
export type Command =
  | { readonly kind: 'line'; readonly text: ByteString }
  | { readonly kind: 'words'; readonly words: readonly ByteString[] };

/** A process to start. */
export interface ProcessRequest {
  readonly command: Command;
  /** What it gets on its standard input, which then ends; nothing without it. */
  readonly input?: ByteString;
  /** Whether lines of its standard output are reported to the engine, or go to ours. */
  readonly output: 'events' | 'inherited';
  /** What the engine knows it by. */
  readonly number: number;
}

/** The four kinds of sockets that actions write to. */
export type SocketKind = 'udgram' | 'ustream' | 'udpsock' | 'tcpsock';

/**
 * Everything that rules want done to the world. The engine asks, the host does:
 * for real in `nagtail run`, on a virtual clock in `nagtail simulate`. Calls
 * return at once; a host reports its own failures.
 */
export interface Host {
  /** Appends text to a file that is kept open; to standard output for `-`. */
  write(file: ByteString, text: ByteString): void;
  /** Opens a file, appends text, and closes it again. */
  writeOnce(file: ByteString, text: ByteString): void;
  /** Closes a file that write() keeps open. */
  closeFile(file: ByteString): void;
  /** Sends text to a socket: a path, or `HOST:PORT`. */
  send(kind: SocketKind, peer: ByteString, text: ByteString): void;
  /** Closes a socket that send() keeps open. */
  closeSocket(kind: SocketKind, peer: ByteString): void;
  /** Starts a process. Its output and its end are told to the engine. */
  startProcess(request: ProcessRequest): void;
  /** Writes text to standard output: a report without a command. */
  print(text: ByteString): void;
  /** Begins to read an input: from an offset, from the end (`-`), or where the host begins by itself. */
  addInput(file: ByteString, offset: ByteString | undefined, context: ByteString | undefined): void;
  /** Reads an input no longer. */
  dropInput(file: ByteString): void;
  /** Acts as if a signal had come: `HUP`, `ABRT`, `USR1`, `USR2`, `INT` or `TERM`. */
  emulateSignal(name: ByteString): void;
  /** The abbreviation of the local time zone at a moment, Unix time in seconds. */
  zoneName(time: number): ByteString;
  /** Queues a passive check result. */
  submit(result: CheckResult): void;
  /** Tells something, at SEC's own level for it. */
  log(level: SecLogLevel, text: ByteString): void;
  /**
   * Tells of a single step, SEC's level 6; undefined while nobody reads that. Called as
   * `host.detail?.(…)`, it costs nothing then: not even the text is made.
   */
  readonly detail: ((text: ByteString) => void) | undefined;
}
