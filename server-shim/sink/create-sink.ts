import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { RemoteReceiver } from '../../senders/remote-receiver.ts';
import type { Counters } from '../counters.ts';
import { openJournal } from '../journal/open-journal.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { type CommandFileOptions, CommandFileOutlet } from './command-file-outlet.ts';
import { createForwardOutlet } from './create-forward-outlet.ts';
import { HeldResults, heldJournalLimits, heldReader } from './held-results.ts';
import { JournalSink } from './journal-sink.ts';
import { KnownObjects } from './known-objects.ts';
import { NameCheckingOutlet } from './name-checking-outlet.ts';
import type { Outlet } from './outlet.ts';
import type { ResultSink } from './result-sink.ts';
import { SpoolFolder, type SpoolFolderOptions } from './spool-folder.ts';
import { SpoolOutlet } from './spool-outlet.ts';

/** How a sink to Nagios learns which hosts and services that knows, and what it does with others. */
export interface NameOptions {
  /** Nagios' object_cache_file. */
  readonly objectsCache: string;
  readonly unknown: 'pass' | 'hold';
}

interface AnySink {
  /** Under this name the journal keeps its position. */
  readonly name: string;
  readonly names?: NameOptions | undefined;
}

/** A sink by its type. */
export type SinkOptions =
  | (AnySink &
      CommandFileOptions & {
        readonly type: 'command-file';
        /** Where results go that are too long for the command file; else they are cut. */
        readonly spool?: SpoolFolderOptions | undefined;
      })
  | (AnySink & SpoolFolderOptions & { readonly type: 'check-result-spool' })
  | (AnySink & { readonly type: 'forward'; readonly receiver: RemoteReceiver });

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
  const outlet = createOutlet(options, parts);
  const checked =
    options.names === undefined ? outlet : withNames(outlet, options.name, options.names, parts);
  return new JournalSink(options.name, checked, parts);
}

function withNames(
  outlet: Outlet,
  sink: string,
  { objectsCache, unknown }: NameOptions,
  parts: SinkParts,
): Outlet {
  const folder = stateOf(sink, 'held', parts);
  const known = new KnownObjects(objectsCache);
  if (unknown === 'pass') return new NameCheckingOutlet(outlet, known, undefined, parts);
  const options = { folder, sinks: [heldReader], limits: heldJournalLimits };
  const held = new HeldResults(openJournal(options, parts), parts.log);
  return new NameCheckingOutlet(outlet, known, held, parts);
}

/** Something of a sink in the folder for what must survive a restart. */
function stateOf(sink: string, what: string, { stateDir }: SinkParts): string {
  return path.join(stateDir, `${encodeURIComponent(sink)}.${what}`);
}

/** A number from 0 to below 1. */
function random(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

function createOutlet(options: SinkOptions, parts: SinkParts): Outlet {
  const { clock, log, counters } = parts;
  switch (options.type) {
    case 'check-result-spool':
      return new SpoolOutlet(new SpoolFolder(options, clock));
    case 'forward': {
      const streamFile = stateOf(options.name, 'stream', parts);
      return createForwardOutlet(options.receiver, { ...parts, streamFile, random });
    }
    case 'command-file': {
      const spool = options.spool && new SpoolFolder(options.spool, clock);
      const unreadFile = stateOf(options.name, 'unread', parts);
      return new CommandFileOutlet({ ...options, unreadFile }, { spool, log, counters });
    }
  }
}
