import type { ByteString } from '../../../protocol/byte-string.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Context } from './context.ts';

/** True when the lifetime of a context is over. */
export function isOver(context: Context, now: number): boolean {
  return !context.expiring && context.dueAt !== undefined && context.dueAt <= now;
}

/**
 * Ends a context: its actions run while it still exists, as `_THIS`; then it is gone.
 * @param name the one of its names that was asked for
 */
export function expireContext(context: Context, runtime: Runtime, name?: ByteString): void {
  const { detail } = runtime.host;
  detail?.(`Deleting stale context '${name ?? context.names[0] ?? ''}'`);
  context.expiring = true;
  if (context.actions.length > 0) {
    runtime.contexts.withThis(context, () => {
      const { description, origin } = context;
      runActions(context.actions, { runtime, description, origin });
    });
  }
  context.expiring = false;
  for (const each of context.names) detail?.(`Stale context '${each}' deleted`);
  runtime.contexts.remove(context);
}
