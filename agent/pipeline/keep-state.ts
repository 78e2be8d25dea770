import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { Engine } from '../sec/engine/engine.ts';
import { type RestoreSummary, restoreEngine } from '../sec/state/restore-engine.ts';
import type { Savable } from './committer.ts';
import { clockSlackS } from './pipeline.ts';
import { SqliteState } from './sqlite-state.ts';

/** The state of the engine as a part of each commit. */
export interface KeptState extends Savable {
  /** Goes on with an engine that has taken over from the one before. */
  useEngine(engine: Engine): void;
}

export interface KeepStateParts {
  readonly database: DatabaseSync;
  /** Unix time in seconds. */
  readonly now: number;
  readonly log: Log;
  /** Called before unreadable records are forgotten. */
  readonly keepCopy: () => void;
}

/** Restores the state that was saved before a restart, and saves it from now on. */
export function keepState(
  engine: Engine,
  { database, now, log, keepCopy }: KeepStateParts,
): KeptState {
  const tables = new SqliteState(database);
  const tellLost = (what: ByteString) => {
    log.warn('STATE_NOT_KEPT', `${textOf(what)}, is not kept over a restart`);
  };
  const { state, summary } = restoreEngine(engine, tables, tellLost);
  if (summary.damaged > 0) keepCopy();
  tellSummary(summary, log);
  const { savedAt = now } = summary;
  if (savedAt > now + clockSlackS) engine.clockSetBack(savedAt - now);
  return {
    get hasChanges() {
      return state.hasChanges;
    },
    save: () => state.save(tables),
    saved: () => state.saved(),
    useEngine: (next) => state.useEngine(next),
  };
}

/** Begins without a state, as SEC does; what was saved once is forgotten, too. */
export function forgetState(database: DatabaseSync): void {
  new SqliteState(database).clear();
}

function tellSummary(summary: RestoreSummary, log: Log): void {
  const { operations, contexts, variables, events, dropped, damaged, savedAt } = summary;
  if (savedAt === undefined) return;
  const counts = { operations, contexts, variables, events, dropped };
  const kept = `${operations} operations, ${contexts} contexts, ${variables} variables and ${events} events`;
  const gone = `${dropped} operations of rules that have changed were dropped`;
  log.info('STATE_RESTORED', `restored ${kept} as they were before the restart; ${gone}`, counts);
  if (damaged === 0) return;
  const message = `${damaged} saved records cannot be read and are left out`;
  log.error('STATE_DAMAGED', message, { damaged });
}
