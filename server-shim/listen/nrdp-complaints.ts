import type { Clock } from '../../platform/clock.ts';
import type { Log, LogFields } from '../../platform/log.ts';
import { LogLimit } from './log-limit.ts';

/** Messages that anybody on the network can cause, for all connections together. */
const linesPerMinute = 100;

/** Says in the log what clients of NRDP do wrong: one line for each request that is refused. */
export class NrdpComplaints {
  readonly #log: Log;
  readonly #lines: LogLimit;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#lines = new LogLimit(clock, { lines: linesPerMinute, intervalMs: 60_000 });
  }

  /** A request was refused as a whole. @param who the client's address, with its identity where it is known */
  refused(
    who: { readonly peer: string; readonly identity?: string },
    reason: string,
    message: string,
  ): void {
    const { peer, identity } = who;
    const from = identity === undefined ? peer : `${identity} at ${peer}`;
    this.#tell('NRDP_REQUEST_REFUSED', `refused a request from ${from}: ${message}`, {
      ...who,
      reason,
    });
  }

  /** A client was turned away because of its address. */
  notAllowed(peer: string): void {
    const message = `turned away ${peer}: 'allow' of [listen.nrdp] does not hold its address`;
    this.#tell('CLIENT_NOT_ALLOWED', message, { peer });
  }

  /** A client has as many connections as one address may have. */
  tooMany(peer: string, limit: number): void {
    const message = `turned away ${peer}: ${limit} NRDP connections from its address are open already`;
    this.#tell('CONNECTIONS_FULL', message, { peer, limit });
  }

  /** A connection could not be used: no TLS, no HTTP. */
  unusable(peer: string, reason: string, message: string): void {
    this.#tell('NRDP_CONNECTION_REFUSED', `refused a connection from ${peer}: ${message}`, {
      peer,
      reason,
    });
  }

  #tell(code: string, message: string, fields: LogFields): void {
    this.#lines.tell((kept) => {
      const before = kept > 0 ? ` (and ${kept} such messages before it were left out)` : '';
      this.#log.warn(code, message + before, fields);
    });
  }
}
