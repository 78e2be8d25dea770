import { runActions } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Context } from './context.ts';

/** True when the lifetime of a context is over. */
export function isOver(context: Context, now: number): boolean {
  return !context.expiring && context.dueAt !== undefined && context.dueAt <= now;
}

/** Ends a context: its actions run while it still exists, as `_THIS`; then it is gone. */
export function expireContext(context: Context, runtime: Runtime): void {
  context.expiring = true;
  if (context.actions.length > 0) {
    runtime.contexts.withThis(context, () => {
      const { description, origin } = context;
      runActions(context.actions, { runtime, description, origin });
    });
  }
  context.expiring = false;
  runtime.contexts.remove(context);
}
