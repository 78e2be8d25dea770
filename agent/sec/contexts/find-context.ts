import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Context } from './context.ts';
import { expireContext, isOver } from './expire-context.ts';

/**
 * The context of a name. One whose lifetime is over ends here and now, its expiry
 * actions included, although housekeeping has not come to it yet.
 */
export function findContext(name: ByteString, runtime: Runtime): Context | undefined {
  const context = runtime.contexts.peek(name);
  if (context === undefined || !isOver(context, runtime.time)) return context;
  expireContext(context, runtime, name);
  return undefined;
}
