import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { messageOf } from '../../platform/errors.ts';
import { isSameValue } from '../../platform/same-value.ts';
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
  const listener = new PskListener(options, parts);
  await listener.open(options);
  return listener;
}

class PskListener implements NscaNgListener {
  port = 0;
  readonly #parts: NscaNgListenerParts;
  readonly #server: Server;
  /** TLS gives the identity to the callback only. */
  readonly #claimed = new WeakMap<Socket, string>();
  readonly #sessions = new Map<Socket, TlsSession>();
  /** Of those in a handshake, too. */
  readonly #connections = new Set<Socket>();
  readonly #perAddress: PerAddress;
  #identities: Identities;
  #context: SessionContext;

  constructor(options: NscaNgListenerOptions, parts: NscaNgListenerParts) {
    const chosen = { ...nscaNgListenerDefaults, ...options };
    const { idleTimeoutMs, backlogBytesMax } = chosen;
    this.#parts = parts;
    this.#identities = options.identities;
    this.#context = {
      ...parts,
      log: limitedLog(parts.log, parts.clock),
      streams: new Map(),
      backlog: new Backlog(backlogBytesMax),
      idleTimeoutMs,
    };
    this.#perAddress = new PerAddress(chosen.maxConnectionsPerAddress);
    this.#server = createTlsServer(options.tlsMax, this.#find, this.#claimed);
    this.#server.maxConnections = chosen.maxConnections;
    this.#server.prependListener('connection', (socket: Socket) => this.#admit(socket));
    this.#server.on('secureConnection', (socket) => this.#begin(socket));
    reportHandshakeFaults(this.#server, { claimed: this.#claimed, find: this.#find }, parts);
    reportDrops(this.#server, 'NSCA-ng', parts);
  }

  async open(where: ListenAddress): Promise<void> {
    this.port = await openPort(this.#server, where, 'NSCA-ng');
    this.#server.on('error', (error) => {
      const message = `the NSCA-ng listener has an error: ${messageOf(error)}`;
      this.#parts.log.error('LISTENER_ERROR', message);
    });
  }

  get maxConnections(): number {
    return this.#server.maxConnections;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get backlogBytes(): number {
    return this.#context.backlog.bytes;
  }

  reload(options: NscaNgListenerOptions): undefined {
    const chosen = { ...nscaNgListenerDefaults, ...options };
    this.#identities = options.identities;
    this.#context = { ...this.#context, idleTimeoutMs: chosen.idleTimeoutMs };
    this.#server.setSecureContext(tlsVersions(options.tlsMax));
    this.#server.maxConnections = chosen.maxConnections;
    this.#perAddress.max = chosen.maxConnectionsPerAddress;
    for (const session of this.#sessions.values()) judgeAnew(session, this.#find);
  }

  async stop(graceMs: number, isProgramOver = true): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const session of this.#sessions.values()) {
      if (isProgramOver) void session.end('stopping', 'the receiver stops');
      else session.retire();
    }
    const cancel = this.#parts.clock.setTimer(graceMs, () => {
      for (const session of this.#sessions.values()) session.reset();
      for (const socket of this.#connections) socket.destroy();
    });
    await closed;
    cancel();
  }

  readonly #find: FindIdentity = (name) => this.#identities.find(name);

  /** Before TLS begins with it: an address has only so many connections. */
  #admit(socket: Socket): void {
    const { counters, log } = this.#context;
    const address = plainAddress(socket.remoteAddress);
    if (!this.#perAddress.take(address)) {
      const { max: limit } = this.#perAddress;
      const peer = peerOf(socket);
      counters.add('connections_over_limit');
      const message = `turned away ${peer}: ${limit} NSCA-ng connections from its address are open already`;
      log.warn('CONNECTIONS_FULL', message, { peer, limit });
      socket.destroy();
      return;
    }
    counters.add('connections_accepted');
    this.#connections.add(socket);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#perAddress.release(address);
    });
  }

  #begin(socket: TLSSocket): void {
    // A resumed session would bring no identity: it may do nothing.
    const identity = this.#find(this.#claimed.get(socket) ?? '');
    if (identity === undefined) {
      socket.destroy();
      return;
    }
    // From now on a client may end its side first and still gets its answers; one that does so
    // amid the handshake is gone.
    socket.allowHalfOpen = true;
    const Session = socket.alpnProtocol === batchProtocol ? BatchSession : NscaNgSession;
    const session = new Session(socket, identity, this.#context);
    this.#sessions.set(socket, session);
    socket.once('close', () => this.#sessions.delete(socket));
    if (this.#sessions.size >= this.#server.maxConnections) endIdlest(this.#sessions);
    session.start();
  }
}

/** Who has a name now. */
type FindIdentity = (name: string) => KnownIdentity | undefined;

/**
 * Lets a session go on with the rights that its identity has now. Who is not known any more, or by
 * another password, has no business here: its session ends when what it sent has its answer.
 */
function judgeAnew(session: TlsSession, find: FindIdentity): void {
  const { identity } = session.client;
  const now = find(identity.name);
  if (now !== undefined && isSameValue(now.secret, identity.secret)) {
    session.client.identity = now;
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
