import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { nextTurn } from '../../platform/next-turn.ts';
import { resetWhenKilled } from '../../platform/reset-when-killed.ts';
import { KeyRecogniser } from '../../protocol/nsca/key-recogniser.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { createKeyedCipher } from '../../protocol/nsca/packet-cipher.ts';
import { PacketFreshness } from '../admit/packet-freshness.ts';
import { plainAddress } from './address-list.ts';
import { DecryptPool } from './decrypt-pool.ts';
import { HostAddresses, type LookUp } from './host-addresses.ts';
import type { OpenListener } from './listener-slot.ts';
import { NscaClients } from './nsca-clients.ts';
import { NscaComplaints } from './nsca-complaints.ts';
import { NscaSession, type NscaSessionContext } from './nsca-session.ts';
import { type ListenAddress, openPort, reportDrops } from './open-port.ts';
import { PacketDecrypting } from './packet-decrypting.ts';
import { peerOf } from './peer-of.ts';
import { PerAddress } from './per-address.ts';
import { ReadAhead } from './read-ahead.ts';
import { Slots } from './slots.ts';

/** What a client and the listener have in common. */
export interface NscaKey {
  readonly method: NscaMethod;
  readonly password: Uint8Array;
}

/** The listener's first key stands in the options themselves. */
export interface NscaListenerOptions extends ListenAddress, NscaKey {
  /** Keys that clients may have instead, while methods or passwords are changed. */
  readonly moreKeys?: readonly NscaKey[];
  /** Connections open at once; further ones are closed before they get an init packet. */
  readonly maxConnections?: number;
  /** The same for the connections of one address. */
  readonly maxConnectionsPerAddress?: number;
  /** A client that does not complete its first packet within this time is reset. */
  readonly handshakeTimeoutMs?: number;
  /** A client that completes no further packet for so long is reset. */
  readonly idleTimeoutMs?: number;
  /** How much a packet's time may differ from ours, both ways; 0 is any. */
  readonly maxPacketAgeSeconds?: number;
  /** Who may connect, and report what; without it everybody and everything. */
  readonly clients?: NscaClients;
  /** Accepts only results for hosts of which the client's address is one. */
  readonly strictSpoofing?: boolean;
}

export const nscaListenerDefaults = {
  maxConnections: 1000,
  maxConnectionsPerAddress: 250,
  handshakeTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  maxPacketAgeSeconds: 30,
  strictSpoofing: false,
} as const;

/** With these methods anybody on the network can make good packets. */
const openMethods: readonly NscaMethod[] = [0, 1];

/** What a listener needs beside its options. */
export interface NscaListenerParts
  extends Pick<NscaSessionContext, 'intake' | 'clock' | 'counters' | 'randomBytes'> {
  readonly log: Log;
  /** The addresses of a host's name, for `strictSpoofing`; the system's resolver without it. */
  readonly lookUp?: LookUp;
}

/** An open listener. */
export type NscaListener = OpenListener<NscaListenerOptions>;

/** Opens a listener for NSCA; rejects with LISTEN_FAILED when address or port cannot be had. */
export async function listenNsca(
  options: NscaListenerOptions,
  parts: NscaListenerParts,
): Promise<NscaListener> {
  const shared = {
    ahead: new ReadAhead(),
    freshness: new PacketFreshness(maxPacketAgeOf(options), () => {
      parts.counters.add('packets_forgotten');
    }),
  };
  let { context, pool } = keyedContext(options, shared, parts);
  const perAddress = new PerAddress(maxPerAddressOf(options));
  const sessions = new Slots<NscaSession>();
  const server = createServer({
    // The client's end of sending is not yet ours: the answer comes after it.
    allowHalfOpen: true,
  });
  server.maxConnections = options.maxConnections ?? nscaListenerDefaults.maxConnections;
  // Sockets that systemd opened may have had clients before this process; they are served.
  let isProtected = options.fd !== undefined;
  server.on('connection', (socket) => {
    if (!isProtected) {
      refuseEarly(socket, parts);
      return;
    }
    const address = plainAddress(socket.remoteAddress);
    if (!mayStart(socket, address, perAddress, context)) return;
    parts.counters.add('connections_accepted');
    const session = new NscaSession(socket, address, context);
    const slot = sessions.add(session);
    session.start(() => {
      sessions.remove(slot);
      perAddress.release(address);
    });
  });
  reportDrops(server, 'NSCA', parts);
  const port = await openPort(server, options, 'NSCA');
  await protect(server, parts);
  isProtected = true;
  server.on('error', (error) => {
    parts.log.error('LISTENER_ERROR', `the NSCA listener has an error: ${messageOf(error)}`);
  });
  return {
    port,
    get maxConnections() {
      return server.maxConnections;
    },
    get connections() {
      return sessions.size;
    },
    reload(next) {
      // An open connection goes on with the key that it has begun with.
      endWithout(pool, sessions);
      ({ context, pool } = keyedContext(next, shared, parts));
      shared.freshness.maxAgeSeconds = maxPacketAgeOf(next);
      server.maxConnections = next.maxConnections ?? nscaListenerDefaults.maxConnections;
      perAddress.max = maxPerAddressOf(next);
      for (const session of sessions) session.judgeAnew(context.clients);
      return undefined;
    },
    async stop(graceMs) {
      await stop(server, sessions, graceMs, parts);
      await pool.stop();
    },
  };
}

/** Resolves when connections are reset if this process is killed, and earlier ones were accepted. */
async function protect(server: Server, { log }: NscaListenerParts): Promise<void> {
  const unprotected = await resetWhenKilled(server);
  await nextTurn();
  await nextTurn();
  if (unprotected === undefined) return;
  const message = `if this process is killed, clients may take that for the answer that all is safe: ${unprotected}`;
  log.warn('NSCA_NO_RESET', message);
}

/**
 * Resets a connection that came before connections are reset when this process is killed: a kill would
 * close it orderly, and its client take that for the answer that all is safe. Clients
 * come again, as if nothing had listened yet.
 */
function refuseEarly(socket: Socket, { counters }: NscaListenerParts): void {
  counters.add('connections_broken');
  socket.on('error', () => {});
  socket.resetAndDestroy();
}

/** A key and nothing else: for another thread. */
function plainKey({ method, password }: NscaKey): NscaKey {
  return { method, password: new Uint8Array(password) };
}

/** Ends the threads of a pool when those sessions are gone that may use it. */
function endWithout(pool: DecryptPool, sessions: Slots<NscaSession>): void {
  let open = sessions.size;
  if (open === 0) void pool.stop();
  for (const { socket } of sessions) {
    socket.once('close', () => {
      open--;
      if (open === 0) void pool.stop();
    });
  }
}

function maxPacketAgeOf({ maxPacketAgeSeconds }: NscaListenerOptions): number {
  return maxPacketAgeSeconds ?? nscaListenerDefaults.maxPacketAgeSeconds;
}

function maxPerAddressOf({ maxConnectionsPerAddress }: NscaListenerOptions): number {
  return maxConnectionsPerAddress ?? nscaListenerDefaults.maxConnectionsPerAddress;
}

/** What the sessions of a listener share also over a reload. */
type SharedContext = Pick<NscaSessionContext, 'ahead' | 'freshness'>;

function keyedContext(
  options: NscaListenerOptions,
  shared: SharedContext,
  parts: NscaListenerParts,
): { readonly context: NscaSessionContext; readonly pool: DecryptPool } {
  const keys: readonly [NscaKey, ...NscaKey[]] = [options, ...(options.moreKeys ?? [])];
  const pool = new DecryptPool({ keys: keys.map(plainKey) }, parts.log);
  return { context: { ...sessionContext(options, keys, pool, parts), ...shared }, pool };
}

function sessionContext(
  options: NscaListenerOptions,
  named: readonly [NscaKey, ...NscaKey[]],
  pool: DecryptPool,
  parts: NscaListenerParts,
): Omit<NscaSessionContext, keyof SharedContext> {
  const { log, clock } = parts;
  const ciphers = named.map(({ method, password }) => createKeyedCipher(method, password));
  const [first = createKeyedCipher(options.method, options.password), ...others] = ciphers;
  const recogniser = new KeyRecogniser(named.map(({ password }) => password));
  const methods = [...new Set(named.map(({ method }) => method))];
  const chosen = { ...nscaListenerDefaults, ...options };
  return {
    ...parts,
    keys: [first, ...others],
    openKeys: new Set(ciphers.filter((_, i) => openMethods.includes(named[i]?.method ?? 0))),
    complaints: new NscaComplaints({ methods, recogniser }, { log, clock }),
    decrypting: new PacketDecrypting(pool, methods),
    clients: options.clients ?? new NscaClients(undefined, []),
    hostAddresses: chosen.strictSpoofing
      ? new HostAddresses(parts.lookUp ?? addressesOf, clock)
      : undefined,
    handshakeTimeoutMs: chosen.handshakeTimeoutMs,
    idleTimeoutMs: chosen.idleTimeoutMs,
  };
}

/** As the system resolves names, with /etc/hosts. */
async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

/** Whether a connection may go on; else it is closed before it gets an init packet. */
function mayStart(
  socket: Socket,
  address: string,
  perAddress: PerAddress,
  { clients, complaints, counters }: NscaSessionContext,
): boolean {
  if (!clients.mayConnect(address)) {
    counters.add('connections_not_allowed');
    complaints.notAllowed(peerOf(socket));
  } else if (perAddress.take(address)) {
    return true;
  } else {
    counters.add('connections_over_limit');
    complaints.tooMany(peerOf(socket), perAddress.max);
  }
  socket.destroy();
  return false;
}

async function stop(
  server: Server,
  sessions: Slots<NscaSession>,
  graceMs: number,
  { clock }: NscaListenerParts,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cancel = clock.setTimer(graceMs, () => {
    for (const session of sessions) session.reset();
  });
  await closed;
  cancel();
}
