import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { messageOf } from '../../platform/errors.ts';
import { batchProtocol } from '../../protocol/batch/batch-limits.ts';
import { pskCiphers, type TlsMax } from '../../protocol/nsca-ng/tls-psk.ts';
import type { Identities, Identity } from '../admit/identity.ts';
import { plainAddress } from './address-list.ts';
import { Backlog } from './backlog.ts';
import { BatchSession, type BatchSessionContext } from './batch-session.ts';
import { handshakeFault } from './handshake-fault.ts';
import { limitedLog } from './limited-log.ts';
import { LogLimit } from './log-limit.ts';
import { NscaNgSession, type NscaNgSessionContext } from './nsca-ng-session.ts';
import { type ListenAddress, openPort, reportDrops } from './open-port.ts';
import { peerOf } from './peer-of.ts';
import { PerAddress } from './per-address.ts';
import { tlsPeer } from './tls-peer.ts';
import type { TlsSession } from './tls-session.ts';

export interface NscaNgListenerOptions extends ListenAddress {
  readonly identities: Identities;
  /** Connections open at once; before the last place is gone, the one that is idle longest goes. */
  readonly maxConnections?: number;
  /** Connections of one address; further ones are closed before their handshake. */
  readonly maxConnectionsPerAddress?: number;
  /** A client that sends nothing whole for so long is closed. */
  readonly idleTimeoutMs?: number;
  readonly tlsMax?: TlsMax;
  /** What all sessions of nagtail/1 may hold in memory on its way into the journal, roughly. */
  readonly backlogBytesMax?: number;
}

/** What holds where the options say nothing. */
export const nscaNgListenerDefaults = {
  maxConnections: 1_000,
  maxConnectionsPerAddress: 250,
  idleTimeoutMs: 60_000,
} as const;

/** A client that has not finished the TLS handshake after so long is closed. */
const handshakeTimeoutMs = 10_000;

/** After so long without a byte the system asks whether the client is still there. */
const keepAliveMs = 60_000;

/** Failed handshakes that are logged: anybody on the network can cause them. */
const handshakeLog = { lines: 20, intervalMs: 60_000 };

/** What the sessions of a listener share, of both protocols. */
type SessionContext = BatchSessionContext & NscaNgSessionContext;

/** What a listener needs beside its options. */
export type NscaNgListenerParts = Omit<SessionContext, 'streams' | 'backlog' | 'idleTimeoutMs'>;

/** An open listener. */
export interface NscaNgListener {
  /** The port that was opened; the chosen one when port 0 was asked for. */
  readonly port: number;
  /** How many connections are open now. */
  readonly connections: number;
  readonly maxConnections: number;
  /** What its sessions of nagtail/1 have on its way into the journal, in bytes of memory, roughly. */
  readonly backlogBytes: number;
  /**
   * Takes no more connections, acknowledges what was read, and ends the open ones; those
   * that do not let themselves be ended within `graceMs` are reset.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Opens a listener for NSCA-ng and for nagtail's own batches on the same port: TLS with
 * pre-shared keys; who offers `nagtail/1` by ALPN speaks batches, everybody else NSCA-ng.
 * @throws NagtailError LISTEN_FAILED when address or port cannot be had
 */
export async function listenNscaNg(
  options: NscaNgListenerOptions,
  parts: NscaNgListenerParts,
): Promise<NscaNgListener> {
  const { identities, maxConnections, ...chosen } = { ...nscaNgListenerDefaults, ...options };
  const log = limitedLog(parts.log, parts.clock);
  const context: SessionContext = {
    ...parts,
    log,
    streams: new Map(),
    backlog: new Backlog(chosen.backlogBytesMax),
    idleTimeoutMs: chosen.idleTimeoutMs,
  };
  /** TLS gives the identity to the callback only. */
  const claimed = new WeakMap<Socket, string>();
  const sessions = new Map<Socket, TlsSession>();
  const server = createTlsServer(options, claimed);
  server.maxConnections = maxConnections;
  const connections = new Set<Socket>();
  const perAddress = new PerAddress(chosen.maxConnectionsPerAddress);
  server.prependListener('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    if (!perAddress.take(address)) {
      turnAway(socket, perAddress.max, { ...parts, log });
      return;
    }
    parts.counters.add('connections_accepted');
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      perAddress.release(address);
    });
  });
  server.on('secureConnection', (socket) => {
    // A resumed session would bring no identity: it may do nothing.
    const identity = identities.find(claimed.get(socket) ?? '');
    if (identity === undefined) {
      socket.destroy();
      return;
    }
    const session = begin(socket, identity, context);
    sessions.set(socket, session);
    socket.once('close', () => sessions.delete(socket));
    if (sessions.size >= maxConnections) endIdlest(sessions);
    void session.run();
  });
  reportHandshakeFaults(server, { claimed, identities }, parts);
  reportDrops(server, 'NSCA-ng', parts);
  const port = await openPort(server, options, 'NSCA-ng');
  server.on('error', (error) => {
    parts.log.error('LISTENER_ERROR', `the NSCA-ng listener has an error: ${messageOf(error)}`);
  });
  return {
    port,
    maxConnections: server.maxConnections,
    get connections() {
      return connections.size;
    },
    get backlogBytes() {
      return context.backlog.bytes;
    },
    stop: (graceMs) => stop(server, { sessions, connections }, graceMs, parts),
  };
}

/** Before TLS begins with it: an address has as many connections as it may have. */
function turnAway(
  socket: Socket,
  limit: number,
  { counters, log }: Pick<NscaNgListenerParts, 'counters' | 'log'>,
): void {
  const peer = peerOf(socket);
  counters.add('connections_over_limit');
  const message = `turned away ${peer}: ${limit} NSCA-ng connections from its address are open already`;
  log.warn('CONNECTIONS_FULL', message, { peer, limit });
  socket.destroy();
}

/** @param claimed notes which identity a client says it has */
function createTlsServer(
  { identities, tlsMax }: NscaNgListenerOptions,
  claimed: WeakMap<Socket, string>,
): Server {
  return createServer({
    ALPNProtocols: [batchProtocol],
    allowHalfOpen: true,
    ciphers: pskCiphers,
    handshakeTimeout: handshakeTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    maxVersion: tlsMax ?? 'TLSv1.3',
    minVersion: 'TLSv1.2',
    noDelay: true,
    pskCallback(socket, name) {
      claimed.set(socket, name);
      return identities.find(name)?.secret.reveal() ?? null;
    },
  });
}

function begin(socket: TLSSocket, identity: Identity, context: SessionContext): TlsSession {
  const isBatch = socket.alpnProtocol === batchProtocol;
  return new (isBatch ? BatchSession : NscaNgSession)(socket, identity, context);
}

/** Makes room for the next connection: agents keep theirs open between results. */
function endIdlest(sessions: ReadonlyMap<Socket, TlsSession>): void {
  let idlest: TlsSession | undefined;
  for (const session of sessions.values()) {
    const since = session.idleSinceMs;
    if (since !== undefined && since < (idlest?.idleSinceMs ?? Number.POSITIVE_INFINITY)) {
      idlest = session;
    }
  }
  void idlest?.end('idle', 'others need the place');
}

function reportHandshakeFaults(
  server: Server,
  { claimed, identities }: { claimed: WeakMap<Socket, string>; identities: Identities },
  { log, clock, counters }: NscaNgListenerParts,
): void {
  const limit = new LogLimit(clock, handshakeLog);
  server.on('tlsClientError', (error, socket) => {
    counters.add('handshakes_failed');
    const name = claimed.get(socket);
    const isStranger = name !== undefined && identities.find(name) === undefined;
    const saidNothing = socket.bytesRead === 0;
    const { reason, message } = handshakeFault(error, { isStranger, saidNothing });
    const identity = (name ?? '').slice(0, 80);
    const peer = tlsPeer(socket);
    limit.tell((kept) => {
      const who = identity === '' ? peer : `${JSON.stringify(identity)} at ${peer}`;
      const more = kept > 0 ? ` (${kept} more were not logged)` : '';
      const fields = { peer, identity, reason };
      log.warn('TLS_REFUSED', `refused a connection from ${who}: ${message}${more}`, fields);
    });
  });
}

async function stop(
  server: Server,
  open: {
    readonly sessions: ReadonlyMap<Socket, TlsSession>;
    /** Of those in a handshake, too. */
    readonly connections: ReadonlySet<Socket>;
  },
  graceMs: number,
  { clock }: NscaNgListenerParts,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const session of open.sessions.values()) void session.end('stopping', 'the receiver stops');
  const cancel = clock.setTimer(graceMs, () => {
    for (const session of open.sessions.values()) session.reset();
    for (const socket of open.connections) socket.destroy();
  });
  await closed;
  cancel();
}
