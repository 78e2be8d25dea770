import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Clock } from '../../platform/clock.ts';
import { NagtailError, systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import { peerOf } from './peer-of.ts';

/** Where a listener listens. */
export interface ListenAddress {
  /** An IPv4 or IPv6 address or a name; `*` is every address of both kinds. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A socket that is open already and listens, in their place. */
  readonly fd?: number | undefined;
}

/** Connections that the kernel holds until they are accepted. */
const backlog = 511;

/** Connections over the limit are logged at most once in so long. */
const dropsLogIntervalMs = 60_000;

/**
 * Opens the port of a listener and gives its number.
 * @param protocol its name, for messages
 * @throws NagtailError LISTEN_FAILED when address or port cannot be had
 */
export async function openPort(
  server: Server,
  { address, port, fd }: ListenAddress,
  protocol: string,
): Promise<number> {
  try {
    // Without a host Node takes `::` for both kinds of addresses, or IPv4 where there is no IPv6.
    const where = { port, ...(address === '*' ? {} : { host: address }) };
    server.listen({ backlog, ...(fd === undefined ? where : { fd }) });
    await once(server, 'listening');
  } catch (error) {
    const host = address === '*' ? 'any address' : address;
    const where = fd === undefined ? `on ${host}, port ${port}` : `on file descriptor ${fd}`;
    const why = fd === undefined ? systemReason(error) : noListeningSocket(error);
    const message = `cannot listen for ${protocol} ${where}: ${why}`;
    throw new NagtailError('LISTEN_FAILED', message, { cause: error });
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

/** Why a descriptor that was handed over is not good, as far as the system tells. */
function noListeningSocket(error: unknown): string {
  const code = systemCodeOf(error) ?? '';
  if (!['EINVAL', 'ENOTSOCK', 'ENOTCONN', 'EISCONN'].includes(code)) return systemReason(error);
  return (
    'it is no listening socket. xinetd hands over one with `wait = yes`; with `wait = no` it would start a program ' +
    'for each connection, whose results could not share a journal'
  );
}

/** Counts connections over the limit; logs one of them, and after a while again one. */
export function reportDrops(
  server: Server,
  protocol: string,
  parts: { readonly log: Log; readonly clock: Clock; readonly counters: Counters },
): void {
  const { log, clock, counters } = parts;
  let sayAgainAt = Number.NEGATIVE_INFINITY;
  server.on('drop', (dropped) => {
    counters.add('connections_over_limit');
    if (clock.monotonicMs() < sayAgainAt) return;
    sayAgainAt = clock.monotonicMs() + dropsLogIntervalMs;
    const { maxConnections } = server;
    const peer = peerOf(dropped ?? {});
    const message = `turned away ${peer}: ${maxConnections} ${protocol} connections are open already`;
    log.warn('CONNECTIONS_FULL', message, { peer, limit: maxConnections });
  });
}
