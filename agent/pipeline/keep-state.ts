import type { DatabaseSync } from 'node:sqlite';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { keepCopy } from '../../platform/sound-store.ts';
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
  /** The path of the database. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Restores the state that was saved before a restart, and saves it from now on. */
export function keepState(engine: Engine, parts: KeepStateParts): KeptState {
  const { database, clock, log } = parts;
  const now = unixSeconds(clock);
  const tables = new SqliteState(database);
  const tellLost = (what: ByteString) => {
    log.warn('STATE_NOT_KEPT', `${textOf(what)}, is not kept over a restart`);
  };
  const { state, summary } = restoreEngine(engine, tables, tellLost);
  tellSummary(summary, log);
  if (summary.damaged > 0) tellDamage(`${summary.damaged} records of the rules' state`, parts);
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

/** Says that something saved cannot be read; the store with it is copied, because it is forgotten then. */
export function tellDamage(what: string, { database, file, clock, log }: KeepStateParts): void {
  const aside = keepCopy(database, file, clock);
  const message = `${what} cannot be read and are left out; ${aside} is a copy of the store`;
  log.error('STATE_DAMAGED', message, { aside });
}

/** Begins without a state, as SEC does; what was saved once is forgotten, too. */
export function forgetState(database: DatabaseSync): void {
  new SqliteState(database).clear();
}

function tellSummary(summary: RestoreSummary, log: Log): void {
  const { operations, contexts, variables, events, dropped, savedAt } = summary;
  if (savedAt === undefined) return;
  const counts = { operations, contexts, variables, events, dropped };
  const kept = `${operations} operations, ${contexts} contexts, ${variables} variables and ${events} events`;
  const gone = `${dropped} operations of rules that have changed were dropped`;
  log.info('STATE_RESTORED', `restored ${kept} as they were before the restart; ${gone}`, counts);
}
