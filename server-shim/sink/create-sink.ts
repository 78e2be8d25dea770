import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { CommandFileSink, type CommandFileSinkOptions } from './command-file-sink.ts';
import type { ResultSink } from './result-sink.ts';

/** A sink by its type, and its name, under which the journal keeps its position. */
export type SinkOptions = CommandFileSinkOptions & {
  readonly type: 'command-file';
  readonly name: string;
};

export interface SinkParts {
  readonly journal: JournalReader;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Makes the sink that the options ask for. */
export function createSink(options: SinkOptions, parts: SinkParts): ResultSink {
  return new CommandFileSink(options, parts);
}
