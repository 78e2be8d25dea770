import type { ByteString } from '../../../protocol/byte-string.ts';
import type { ContextStore } from '../contexts/context-store.ts';
import type { OperationStore } from '../operations/operation-store.ts';
import type { PerlSource } from '../perl/perl.ts';
import type { Match } from '../substitute/match.ts';
import type { Children } from './children.ts';
import type { CurrentLine } from './current-line.ts';
import type { EventQueue } from './event-queue.ts';
import type { Host } from './host.ts';
import type { Variables } from './variables.ts';

/** Settings of a run that rules and actions look at. */
export interface EngineOptions {
  /** Events that a context may store; 0 is no limit. */
  readonly eventStoreSize: number;
  /** `%s` of shell commands is put into apostrophes. */
  readonly quoting: boolean;
  /** A context exists while a line is handled. */
  readonly internalContexts: boolean;
  /** One window of lines serves all sources. */
  readonly jointBuffer: boolean;
  /** Rules are only tried on lines that they can match. Without it all of them are, with the same results. */
  readonly prefilter: boolean;
  /** Lines in a window; undefined for as many as the largest pattern needs. */
  readonly bufferSize: number | undefined;
}

/** Everything that rules and actions can see and change while they run. */
export interface Runtime extends PerlSource {
  /** Unix time in seconds. */
  readonly time: number;
  readonly options: EngineOptions;
  readonly host: Host;
  readonly contexts: ContextStore;
  readonly operations: OperationStore;
  readonly events: EventQueue;
  readonly children: Children;
  /** `%` variables that actions have set. */
  readonly variables: Variables;
  /** Match variables that a varmap has named; lives as long as the line. */
  readonly matchCache: Map<ByteString, Match>;
  /** The line that is being handled. */
  readonly line: CurrentLine;
}
