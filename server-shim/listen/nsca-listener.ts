import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../platform/errors.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { createKeyedCipher } from '../../protocol/nsca/packet-cipher.ts';
import { NscaSession, type NscaSessionContext } from './nsca-session.ts';
import { type ListenAddress, openPort, reportDrops } from './open-port.ts';

export interface NscaListenerOptions extends ListenAddress {
  readonly method: NscaMethod;
  readonly password: Uint8Array;
  /** Connections open at once; further ones are closed before they get an init packet. */
  readonly maxConnections?: number;
  /** A client that completes no packet for so long is reset. */
  readonly idleTimeoutMs?: number;
}

export const maxConnectionsDefault = 1000;
export const idleTimeoutMsDefault = 30_000;

/** After so long without a byte the system asks whether the client is still there. */
const keepAliveMs = 60_000;

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
  reportDrops(server, 'NSCA', parts);
  const port = await openPort(server, options, 'NSCA');
  server.on('error', (error) => {
    parts.log.error('LISTENER_ERROR', `the NSCA listener has an error: ${messageOf(error)}`);
  });
  return { port, stop: (graceMs) => stop(server, sessions, graceMs, parts) };
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
