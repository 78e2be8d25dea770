import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { requestBytesDefault } from '../../protocol/nrdp/request-limits.ts';
import type { Identities } from '../admit/identity.ts';
import type { Counters } from '../counters.ts';
import { type AddressList, plainAddress } from './address-list.ts';
import type { CommandIntake } from './command-intake.ts';
import { limitedLog } from './limited-log.ts';
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

/** An open listener. */
export interface NrdpListener {
  /** The port that was opened; the chosen one when port 0 was asked for. */
  readonly port: number;
  /** How many connections are open now. */
  readonly connections: number;
  readonly maxConnections: number;
  /** Takes no more requests, answers those that are served, and resets what is left after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Opens a listener for NRDP over HTTP or HTTPS.
 * @throws NagtailError LISTEN_FAILED when address or port cannot be had
 */
export async function listenNrdp(
  options: NrdpListenerOptions,
  parts: NrdpListenerParts,
): Promise<NrdpListener> {
  const { log, counters } = parts;
  const chosen = { ...nrdpListenerDefaults, ...options };
  const complaints = new NrdpComplaints(parts);
  const tokens = new TokenIdentities(options.identities);
  const rates = new RateLimits(parts);
  const service = new NrdpService({ ...parts, log: limitedLog(log, parts.clock), tokens, rates });
  const asksCertificates = options.tls?.clientCa !== undefined;
  const requests = new NrdpRequests({ ...chosen, asksCertificates, service, complaints }, parts);
  const server = createServer(chosen, (request, response) => {
    void requests.serve(request, response);
  });
  server.maxConnections = chosen.maxConnections;
  // A client that does not read its answer is no longer waited for, either.
  server.timeout = chosen.requestTimeoutMs + chosen.idleTimeoutMs;
  const connections = limitConnections(server, chosen, { complaints, counters });
  reportConnectionFaults(server, { ...parts, complaints });
  reportDrops(server, 'NRDP', parts);
  const port = await openPort(server, options, 'NRDP');
  server.on('error', (error) => {
    log.error('LISTENER_ERROR', `the NRDP listener has an error: ${messageOf(error)}`);
  });
  return {
    port,
    maxConnections: server.maxConnections,
    get connections() {
      return connections.size;
    },
    stop: (graceMs) => stop(server, connections, graceMs, parts),
  };
}

function createServer(
  options: Pick<NrdpListenerOptions, 'tls'> & {
    readonly requestTimeoutMs: number;
    readonly idleTimeoutMs: number;
  },
  serve: RequestListener,
): Server {
  const { tls, requestTimeoutMs, idleTimeoutMs } = options;
  const common = {
    connectionsCheckingInterval: timeoutCheckMs,
    headersTimeout: Math.min(headTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    maxHeaderSize: headBytesMax,
    noDelay: true,
  };
  if (tls === undefined) return http.createServer(common, serve);
  const { cert, key, clientCa } = tls;
  const client = clientCa && { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const secure = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: headTimeoutMs } as const;
  return https.createServer({ ...common, ...secure, ...client }, serve);
}

interface FaultParts {
  readonly complaints: NrdpComplaints;
  readonly counters: Counters;
}

/** Turns away what is too much from one address; gives the set of open connections. */
function limitConnections(
  server: Server,
  {
    trustedProxies,
    maxConnectionsPerAddress,
  }: Pick<NrdpListenerOptions, 'trustedProxies'> & { readonly maxConnectionsPerAddress: number },
  { complaints, counters }: FaultParts,
): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  const perAddress = new PerAddress(maxConnectionsPerAddress);
  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    const isProxy = trustedProxies?.has(address) ?? false;
    if (!isProxy && !perAddress.take(address)) {
      counters.add('connections_over_limit');
      complaints.tooMany(peerOf(socket), perAddress.max);
      socket.destroy();
      return;
    }
    counters.add('connections_accepted');
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      if (!isProxy) perAddress.release(address);
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
      `HTTP/1.1 ${httpStatus} ${http.STATUS_CODES[httpStatus]}\r\nconnection: close\r\n` +
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
