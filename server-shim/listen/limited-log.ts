import type { Clock } from '../../platform/clock.ts';
import { type Log, logTo } from '../../platform/log.ts';
import { LogLimit } from './log-limit.ts';

/** Messages that clients can cause, for all connections of a listener together. */
const clientLines = { lines: 100, intervalMs: 60_000 };

/**
 * A log for what clients can cause: a hundred lines a minute; the next one behind them says how
 * many were left out. Level debug is not limited.
 */
export function limitedLog(log: Log, clock: Clock): Log {
  const limit = new LogLimit(clock, clientLines);
  return logTo(({ level, code, message, fields }) => {
    if (level === 'debug') {
      log.debug(code, message, fields);
      return;
    }
    limit.tell((kept) => {
      const before = kept > 0 ? ` (and ${kept} such messages before it were left out)` : '';
      log[level](code, message + before, fields);
    });
  });
}
