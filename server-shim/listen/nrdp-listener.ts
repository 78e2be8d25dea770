import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { nodeHttp } from '../../platform/node-http.ts';
import { requestBytesDefault } from '../../protocol/nrdp/request-limits.ts';
import type { Identities } from '../admit/identity.ts';
import type { Counters } from '../counters.ts';
import { type AddressList, plainAddress } from './address-list.ts';
import type { CommandIntake } from './command-intake.ts';
import { limitedLog } from './limited-log.ts';
import type { OpenListener } from './listener-slot.ts';
import { NrdpComplaints } from './nrdp-complaints.ts';
import { httpConnectionFault, tlsConnectionFault } from './nrdp-connection-fault.ts';
import { NrdpRequests } from './nrdp-requests.ts';
import { NrdpService } from './nrdp-service.ts';
import { type ListenAddress, openPort, reportDrops } from './open-port.ts';
import { peerOf } from './peer-of.ts';
import { PerAddress } from './per-address.ts';
import { RateLimits } from './rate-limits.ts';
import type { ResultIntake } from './result-intake.ts';
import { tlsPeer } from './tls-peer.ts';
import { TokenIdentities } from './token-identities.ts';

/** The server's certificate and what belongs to it, as PEM. */
export interface ServerCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Clients must have a certificate of this CA, in the name of their identity. */
  readonly clientCa?: Buffer | undefined;
}

export interface NrdpListenerOptions extends ListenAddress {
  readonly identities: Identities;
  /** Where NRDP is; begins with a slash. */
  readonly path: string;
  /** HTTPS with it, otherwise HTTP. */
  readonly tls?: ServerCertificate | undefined;
  readonly maxConnections?: number;
  /** The same for one address that is no trusted proxy. */
  readonly maxConnectionsPerAddress?: number;
  readonly requestBytesMax?: number;
  /** A client must have sent its whole request within this time. */
  readonly requestTimeoutMs?: number;
  /** A connection may stay without a further request for so long. */
  readonly idleTimeoutMs?: number;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: AddressList | undefined;
  /** Who may send; everybody without it. */
  readonly allow?: AddressList | undefined;
}

export const nrdpListenerDefaults = {
  maxConnections: 1_000,
  maxConnectionsPerAddress: 100,
  requestBytesMax: requestBytesDefault,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
} as const;

/** A client must have finished TLS, and sent the head of its request, within this time. */
const headTimeoutMs = 10_000;

/** The head of a request, in bytes: a GET may carry its check results there. */
const headBytesMax = 65_536;

/** How often it is looked whether a client takes too long. */
const timeoutCheckMs = 1_000;

/** A client whose request was refused amid it may send on for so long; what comes is thrown away. */
const lingerMs = 1_000;

/** What a listener needs beside its options. */
export interface NrdpListenerParts {
  readonly intake: ResultIntake;
  readonly commands: CommandIntake;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** An open listener. At its stop requests that are served get their answers first. */
export type NrdpListener = OpenListener<NrdpListenerOptions>;

/**
 * Opens a listener for NRDP over HTTP or HTTPS.
 * @throws NagtailError LISTEN_FAILED when address or port cannot be had
 */
export async function listenNrdp(
  options: NrdpListenerOptions,
  parts: NrdpListenerParts,
): Promise<NrdpListener> {
  const { log, counters } = parts;
  const complaints = new NrdpComplaints(parts);
  const limited = { ...parts, log: limitedLog(log, parts.clock) };
  let chosen = { ...nrdpListenerDefaults, ...options };
  let requests = requestsOf(chosen, complaints, limited);
  const server = createServer(chosen, (request, response) => {
    void requests.serve(request, response);
  });
  limitServer(server, chosen);
  const perAddress = new PerAddress(chosen.maxConnectionsPerAddress);
  const isProxy = (address: string) => chosen.trustedProxies?.has(address) ?? false;
  const connections = limitConnections(server, { perAddress, isProxy }, { complaints, counters });
  reportConnectionFaults(server, { ...parts, complaints });
  reportDrops(server, 'NRDP', parts);
  const port = await openPort(server, options, 'NRDP');
  server.on('error', (error) => {
    log.error('LISTENER_ERROR', `the NRDP listener has an error: ${messageOf(error)}`);
  });
  return {
    port,
    get maxConnections() {
      return server.maxConnections;
    },
    get connections() {
      return connections.size;
    },
    reload(next) {
      const before = chosen.tls;
      const cannot = cannotChange(before, next.tls);
      // What cannot change stays as it is; all the rest goes by what is new.
      chosen = { ...nrdpListenerDefaults, ...next, ...(cannot && { tls: before }) };
      requests = requestsOf(chosen, complaints, limited);
      limitServer(server, chosen);
      perAddress.max = chosen.maxConnectionsPerAddress;
      if (server instanceof https.Server && chosen.tls) {
        server.setSecureContext(secureOptions(chosen.tls));
        // Those that are quiet have seen the earlier certificate, and shown theirs to the earlier CA.
        server.closeIdleConnections();
      }
      return cannot;
    },
    stop: (graceMs) => stop(server, connections, graceMs, parts),
  };
}

/** The options with those that were not given. */
type ChosenOptions = NrdpListenerOptions &
  Required<Pick<NrdpListenerOptions, keyof typeof nrdpListenerDefaults>>;

/** Who serves requests by these options. */
function requestsOf(
  options: ChosenOptions,
  complaints: NrdpComplaints,
  parts: NrdpListenerParts,
): NrdpRequests {
  const tokens = new TokenIdentities(options.identities);
  const service = new NrdpService({ ...parts, tokens, rates: new RateLimits(parts) });
  const asksCertificates = options.tls?.clientCa !== undefined;
  return new NrdpRequests({ ...options, asksCertificates, service, complaints }, parts);
}

/** Why an open listener cannot go from one to the other; undefined when it can. */
function cannotChange(
  before: ServerCertificate | undefined,
  after: ServerCertificate | undefined,
): string | undefined {
  if ((before === undefined) !== (after === undefined)) {
    return '[listen.nrdp]: between HTTP and HTTPS';
  }
  if ((before?.clientCa === undefined) === (after?.clientCa === undefined)) return undefined;
  return '[listen.nrdp]: whether clients need certificates (tls_client_ca)';
}

function createServer({ tls }: Pick<NrdpListenerOptions, 'tls'>, serve: RequestListener): Server {
  const common = {
    connectionsCheckingInterval: timeoutCheckMs,
    maxHeaderSize: headBytesMax,
    noDelay: true,
  };
  if (tls === undefined) return nodeHttp.createServer(common, serve);
  const client = tls.clientCa && { requestCert: true, rejectUnauthorized: true };
  const secure = { ...secureOptions(tls), ...client, handshakeTimeout: headTimeoutMs };
  return https.createServer({ ...common, ...secure }, serve);
}

/** Of TLS what can change while the listener is open. */
function secureOptions({ cert, key, clientCa }: ServerCertificate) {
  return { cert, key, ...(clientCa && { ca: clientCa }), minVersion: 'TLSv1.2' } as const;
}

function limitServer(server: Server, options: ChosenOptions): void {
  const { maxConnections, requestTimeoutMs, idleTimeoutMs } = options;
  server.maxConnections = maxConnections;
  server.headersTimeout = Math.min(headTimeoutMs, requestTimeoutMs);
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = idleTimeoutMs;
  // A client that does not read its answer is no longer waited for, either.
  server.timeout = requestTimeoutMs + idleTimeoutMs;
}

interface FaultParts {
  readonly complaints: NrdpComplaints;
  readonly counters: Counters;
}

/** Turns away what is too much from one address; gives the set of open connections. */
function limitConnections(
  server: Server,
  {
    perAddress,
    isProxy,
  }: { readonly perAddress: PerAddress; readonly isProxy: (address: string) => boolean },
  { complaints, counters }: FaultParts,
): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    const isCounted = !isProxy(address);
    if (isCounted && !perAddress.take(address)) {
      counters.add('connections_over_limit');
      complaints.tooMany(peerOf(socket), perAddress.max);
      socket.destroy();
      return;
    }
    counters.add('connections_accepted');
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      if (isCounted) perAddress.release(address);
    });
  });
  return connections;
}

function reportConnectionFaults(
  server: Server,
  { complaints, counters, clock }: FaultParts & { readonly clock: Clock },
): void {
  const failed = new WeakSet<Socket>();
  const secured = new WeakSet<Socket>();
  server.on('secureConnection', (socket: Socket) => secured.add(socket));
  // Of HTTPS this brings failed handshakes, too.
  server.on('clientError', (error: Error & { readonly rawPacket?: Buffer }, socket: Socket) => {
    // What comes behind is no better.
    if (failed.has(socket)) return;
    failed.add(socket);
    if (socket instanceof TLSSocket && !secured.has(socket)) {
      counters.add('handshakes_failed');
      const { reason, message } = tlsConnectionFault(error, socket);
      complaints.unusable(tlsPeer(socket), reason, message);
      socket.destroy();
      return;
    }
    const { reason, message, httpStatus } = httpConnectionFault(error, error.rawPacket);
    counters.add(reason === 'broken' ? 'connections_broken' : 'requests_refused');
    complaints.unusable(peerOf(socket), reason, message);
    if (httpStatus === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    const body = `${message}\n`;
    socket.end(
      `HTTP/1.1 ${httpStatus} ${nodeHttp.STATUS_CODES[httpStatus]}\r\nconnection: close\r\n` +
        `content-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const cancel = clock.setTimer(lingerMs, () => socket.destroy());
    socket.once('close', cancel);
  });
}

async function stop(
  server: Server,
  connections: ReadonlySet<Socket>,
  graceMs: number,
  { clock }: NrdpListenerParts,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cancel = clock.setTimer(graceMs, () => {
    for (const socket of connections) socket.destroy();
  });
  await closed;
  cancel();
}
