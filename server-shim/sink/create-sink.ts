import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { type CommandFileOptions, CommandFileOutlet } from './command-file-outlet.ts';
import { JournalSink } from './journal-sink.ts';
import type { Outlet } from './outlet.ts';
import type { ResultSink } from './result-sink.ts';
import { SpoolFolder, type SpoolFolderOptions } from './spool-folder.ts';
import { SpoolOutlet } from './spool-outlet.ts';

/** A sink by its type, and its name, under which the journal keeps its position. */
export type SinkOptions =
  | (CommandFileOptions & {
      readonly type: 'command-file';
      readonly name: string;
      /** Where results go that are too long for the command file; else they are cut. */
      readonly spool?: SpoolFolderOptions | undefined;
    })
  | (SpoolFolderOptions & { readonly type: 'check-result-spool'; readonly name: string });

export interface SinkParts {
  readonly journal: JournalReader;
  /** The receiver's folder for what must survive a restart. */
  readonly stateDir: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Makes the sink that the options ask for. */
export function createSink(options: SinkOptions, parts: SinkParts): ResultSink {
  return new JournalSink(options.name, createOutlet(options, parts), parts);
}

function createOutlet(options: SinkOptions, parts: SinkParts): Outlet {
  const { clock, log, counters } = parts;
  if (options.type === 'check-result-spool') {
    return new SpoolOutlet(new SpoolFolder(options, clock));
  }
  const spool = options.spool && new SpoolFolder(options.spool, clock);
  const unreadFile = path.join(parts.stateDir, `${encodeURIComponent(options.name)}.unread`);
  return new CommandFileOutlet({ ...options, unreadFile }, { spool, log, counters });
}
