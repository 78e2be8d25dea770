import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { messageOf } from '../../platform/errors.ts';
import { batchProtocol } from '../../protocol/batch/batch-limits.ts';
import { pskCiphers, type TlsMax } from '../../protocol/nsca-ng/tls-psk.ts';
import type { Identities, KnownIdentity } from '../admit/identity.ts';
import { plainAddress } from './address-list.ts';
import { Backlog } from './backlog.ts';
import { BatchSession, type BatchSessionContext } from './batch-session.ts';
import { handshakeFault } from './handshake-fault.ts';
import { limitedLog } from './limited-log.ts';
import type { OpenListener } from './listener-slot.ts';
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

/** An open listener. At its stop what was read is acknowledged first. */
export interface NscaNgListener extends OpenListener<NscaNgListenerOptions> {
  /** What its sessions of nagtail/1 have on its way into the journal, in bytes of memory, roughly. */
  readonly backlogBytes: number;
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
  const chosen = { ...nscaNgListenerDefaults, ...options };
  const log = limitedLog(parts.log, parts.clock);
  const shared = {
    ...parts,
    log,
    streams: new Map(),
    backlog: new Backlog(chosen.backlogBytesMax),
  };
  let { identities } = options;
  let context: SessionContext = { ...shared, idleTimeoutMs: chosen.idleTimeoutMs };
  const find = (name: string) => identities.find(name);
  /** TLS gives the identity to the callback only. */
  const claimed = new WeakMap<Socket, string>();
  const sessions = new Map<Socket, TlsSession>();
  const server = createTlsServer(options.tlsMax, find, claimed);
  server.maxConnections = chosen.maxConnections;
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
    const identity = find(claimed.get(socket) ?? '');
    if (identity === undefined) {
      socket.destroy();
      return;
    }
    // From now on a client may end its side first and still gets its answers; one that does so
    // amid the handshake is gone.
    socket.allowHalfOpen = true;
    const session = begin(socket, identity, context);
    sessions.set(socket, session);
    socket.once('close', () => sessions.delete(socket));
    if (sessions.size >= server.maxConnections) endIdlest(sessions);
    session.start();
  });
  reportHandshakeFaults(server, { claimed, find }, parts);
  reportDrops(server, 'NSCA-ng', parts);
  const port = await openPort(server, options, 'NSCA-ng');
  server.on('error', (error) => {
    parts.log.error('LISTENER_ERROR', `the NSCA-ng listener has an error: ${messageOf(error)}`);
  });
  return {
    port,
    get maxConnections() {
      return server.maxConnections;
    },
    get connections() {
      return connections.size;
    },
    get backlogBytes() {
      return shared.backlog.bytes;
    },
    reload(next) {
      const now = { ...nscaNgListenerDefaults, ...next };
      identities = next.identities;
      context = { ...shared, idleTimeoutMs: now.idleTimeoutMs };
      server.setSecureContext(tlsVersions(next.tlsMax));
      server.maxConnections = now.maxConnections;
      perAddress.max = now.maxConnectionsPerAddress;
      for (const session of sessions.values()) judgeAnew(session, find);
      return undefined;
    },
    stop(graceMs, isProgramOver = true) {
      for (const session of sessions.values()) {
        if (isProgramOver) void session.end('stopping', 'the receiver stops');
        else session.retire();
      }
      return stop(server, { sessions, connections }, graceMs, parts);
    },
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

/** Who has a name now. */
type FindIdentity = (name: string) => KnownIdentity | undefined;

/**
 * Lets a session go on with the rights that its identity has now. Who is not known any more, or by
 * another password, has no business here: its session ends when what it sent has its answer.
 */
function judgeAnew(session: TlsSession, find: FindIdentity): void {
  const { identity } = session;
  const now = find(identity.name);
  if (now !== undefined && Buffer.compare(now.secret.reveal(), identity.secret.reveal()) === 0) {
    session.identity = now;
  } else {
    void session.end('stopping', 'its identity has another password now, or is gone');
  }
}

/** @param claimed notes which identity a client says it has */
function createTlsServer(
  tlsMax: TlsMax | undefined,
  find: FindIdentity,
  claimed: WeakMap<Socket, string>,
): Server {
  return createServer({
    ...tlsVersions(tlsMax),
    ALPNProtocols: [batchProtocol],
    handshakeTimeout: handshakeTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    noDelay: true,
    pskCallback(socket, name) {
      claimed.set(socket, name);
      return find(name)?.secret.reveal() ?? null;
    },
  });
}

/** Of TLS what can change while the listener is open. */
function tlsVersions(tlsMax: TlsMax = 'TLSv1.3') {
  return { ciphers: pskCiphers, maxVersion: tlsMax, minVersion: 'TLSv1.2' } as const;
}

function begin(socket: TLSSocket, identity: KnownIdentity, context: SessionContext): TlsSession {
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
  { claimed, find }: { readonly claimed: WeakMap<Socket, string>; readonly find: FindIdentity },
  { log, clock, counters }: NscaNgListenerParts,
): void {
  const limit = new LogLimit(clock, handshakeLog);
  server.on('tlsClientError', (error, socket) => {
    counters.add('handshakes_failed');
    const name = claimed.get(socket);
    const isStranger = name !== undefined && find(name) === undefined;
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
  const cancel = clock.setTimer(graceMs, () => {
    for (const session of open.sessions.values()) session.reset();
    for (const socket of open.connections) socket.destroy();
  });
  await closed;
  cancel();
}
