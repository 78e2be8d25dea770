import type { Log } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { Identity } from '../admit/identity.ts';

/** Longer names are cut in the log: a client may have sent anything. */
const shownNameMax = 80;

/** A result that was refused, and who sent it. */
export interface RefusedResult {
  readonly host: ByteString;
  readonly service: ByteString | null;
  readonly peer: string;
  readonly identity: Identity | undefined;
}

/** Says in the log that a result was refused: one line each. */
export function tellRefused(
  log: Log,
  { code, message }: { readonly code: string; readonly message: string },
  { host, service, peer, identity }: RefusedResult,
): void {
  const who = identity === undefined ? peer : `${identity.name} at ${peer}`;
  log.warn('RESULT_REFUSED', `refused a result from ${who}: ${message}`, {
    ...(identity === undefined ? {} : { identity: identity.name }),
    peer,
    host: textOf(host.slice(0, shownNameMax)),
    service: textOf((service ?? '').slice(0, shownNameMax)),
    reason: code,
  });
}
