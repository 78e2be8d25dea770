import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf, NagtailError, systemReason } from '../../platform/errors.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { createKeyedCipher } from '../../protocol/nsca/packet-cipher.ts';
import { NscaSession, type NscaSessionContext, peerOf } from './nsca-session.ts';

export interface NscaListenerOptions {
  /** An IPv4 or IPv6 address or a name; `*` is every address of both kinds. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Uint8Array;
  /** Connections open at once; further ones are closed before they get an init packet. */
  readonly maxConnections?: number;
  /** A client that completes no packet for so long is reset. */
  readonly idleTimeoutMs?: number;
}

export const maxConnectionsDefault = 1000;
export const idleTimeoutMsDefault = 30_000;

/** Connections that the kernel holds until they are accepted. */
const backlog = 511;

/** After so long without a byte the system asks whether the client is still there. */
const keepAliveMs = 60_000;

/** Connections over the limit are logged at most once in so long. */
const dropsLogIntervalMs = 60_000;

/** What a listener needs beside its options. */
export type NscaListenerParts = Omit<NscaSessionContext, 'cipher' | 'idleTimeoutMs'>;

/** An open listener. */
export interface NscaListener {
  /** The port that was opened; the chosen one when port 0 was asked for. */
  readonly port: number;
  /**
   * Takes no more connections, lets the open ones end by themselves for
   * `graceMs`, then resets them.
   */
  stop(graceMs: number): Promise<void>;
}

/** Opens a listener for NSCA; rejects with LISTEN_FAILED when address or port cannot be had. */
export async function listenNsca(
  options: NscaListenerOptions,
  parts: NscaListenerParts,
): Promise<NscaListener> {
  const context: NscaSessionContext = {
    ...parts,
    cipher: createKeyedCipher(options.method, options.password),
    idleTimeoutMs: options.idleTimeoutMs ?? idleTimeoutMsDefault,
  };
  const sessions = new Map<Socket, NscaSession>();
  const server = createServer({
    // The client's end of sending is not yet ours: the answer comes after it.
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  });
  server.maxConnections = options.maxConnections ?? maxConnectionsDefault;
  server.on('connection', (socket) => {
    parts.counters.add('connections_accepted');
    const session = new NscaSession(socket, context);
    sessions.set(socket, session);
    socket.once('close', () => sessions.delete(socket));
    void session.run();
  });
  reportDrops(server, parts);
  const port = await open(server, options);
  server.on('error', (error) => {
    parts.log.error('LISTENER_ERROR', `the NSCA listener has an error: ${messageOf(error)}`);
  });
  return { port, stop: (graceMs) => stop(server, sessions, graceMs, parts) };
}

async function open(server: Server, { address, port }: NscaListenerOptions): Promise<number> {
  try {
    // Without a host Node takes `::` for both kinds of addresses, or IPv4 where there is no IPv6.
    server.listen({ port, backlog, ...(address === '*' ? {} : { host: address }) });
    await once(server, 'listening');
  } catch (error) {
    const where = address === '*' ? 'any address' : address;
    const message = `cannot listen for NSCA on ${where}, port ${port}: ${systemReason(error)}`;
    throw new NagtailError('LISTEN_FAILED', message, { cause: error });
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

/** Counts connections over the limit; logs one of them, and after a while again one. */
function reportDrops(server: Server, { log, clock, counters }: NscaListenerParts): void {
  let sayAgainAt = Number.NEGATIVE_INFINITY;
  server.on('drop', (dropped) => {
    counters.add('connections_over_limit');
    if (clock.monotonicMs() < sayAgainAt) return;
    sayAgainAt = clock.monotonicMs() + dropsLogIntervalMs;
    const { maxConnections } = server;
    const peer = peerOf(dropped ?? {});
    const message = `turned away ${peer}: ${maxConnections} NSCA connections are open already`;
    log.warn('CONNECTIONS_FULL', message, { peer, limit: maxConnections });
  });
}

async function stop(
  server: Server,
  sessions: ReadonlyMap<Socket, NscaSession>,
  graceMs: number,
  { clock }: NscaListenerParts,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cancel = clock.setTimer(graceMs, () => {
    for (const session of sessions.values()) session.reset();
  });
  await closed;
  cancel();
}
