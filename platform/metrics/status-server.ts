import { once } from 'node:events';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import type http from 'node:http';
import { connect } from 'node:net';
import { systemReason } from '../errors.ts';
import type { Log } from '../log.ts';
import { nodeHttp } from '../node-http.ts';
import { formatMetrics, metricsContentType } from './format-metrics.ts';
import { counter, type MetricFamily } from './metric-family.ts';

/** Where a program tells how it is. */
export interface StatusEndpoints {
  /** A Unix socket, for the program's own commands and for Prometheus. */
  readonly socket: string;
  /** For Prometheus; 0 lets the system choose a port. */
  readonly tcp: { readonly address: string; readonly port: number } | undefined;
}

/** A program's own view of itself. */
export interface StatusSource {
  /** How it is, as data that JSON can hold. */
  status(): Promise<unknown>;
  metrics(): Promise<readonly MetricFamily[]>;
}

/** An open server. */
export interface StatusServer {
  /** The TCP port that was opened; undefined where none was. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

/** Limits for whoever asks. */
export const statusServerLimits = {
  /** Connections at the same time, on each way; more are closed at once. */
  connections: 32,
  /** Bytes of a request's head. */
  headBytes: 8_192,
  /** Milliseconds that a request may take to arrive. */
  requestMs: 5_000,
  /** Milliseconds that a connection may stay without a request. */
  idleMs: 15_000,
} as const;

/** A Unix socket's path has room for so many bytes on Linux: unix(7). */
const socketPathBytesMax = 107;

/** Owner and group may ask. */
const socketMode = 0o660;

/**
 * Answers `GET /metrics` and, on the socket only, `GET /status`. A way that cannot be opened is logged and
 * left out: a program that does its work is not ended because it cannot be watched.
 */
export async function openStatusServer(
  { socket, tcp }: StatusEndpoints,
  source: StatusSource,
  log: Log,
): Promise<StatusServer> {
  const answers = new Answers(source);
  const servers: http.Server[] = [];
  const tryOpen = async (what: string, open: () => Promise<http.Server>) => {
    try {
      const server = await open();
      servers.push(server);
      return server;
    } catch (error) {
      const message = `cannot tell how it is on ${what}: ${systemReason(error)}; status, check self or Prometheus get no answer there`;
      log.warn('METRICS_UNAVAILABLE', message);
      return undefined;
    }
  };
  await tryOpen(socket, () => openSocket(socket, answers));
  const opened = tcp && (await tryOpen(`${tcp.address}:${tcp.port}`, () => openTcp(tcp, answers)));
  const bound = opened?.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  if (tcp !== undefined && port !== undefined) {
    const fields = { address: tcp.address, port };
    log.info('METRICS_LISTENING', `metrics on http://${tcp.address}:${port}/metrics`, fields);
  }
  return {
    port,
    async stop() {
      for (const server of servers) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

/** What is answered, and how often. */
class Answers {
  readonly #source: StatusSource;
  #requests = 0;
  #refused = 0;
  #overLimit = 0;
  /** Who asks at the same time gets the same answer. */
  readonly #running = new Map<string, Promise<string>>();

  constructor(source: StatusSource) {
    this.#source = source;
  }

  /** Makes a server of it. @param withStatus whether it tells more than numbers */
  server(withStatus: boolean): http.Server {
    const { connections, headBytes, requestMs, idleMs } = statusServerLimits;
    const options = {
      maxHeaderSize: headBytes,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: requestMs,
    };
    const server = nodeHttp.createServer(options, (request, response) => {
      void this.#answer(request, response, withStatus);
    });
    server.maxConnections = connections;
    server.on('drop', () => this.#overLimit++);
    // One that cannot be accepted, because no file descriptor is left for example, is none.
    server.on('error', () => this.#refused++);
    server.on('clientError', (_error, socket) => {
      this.#refused++;
      socket.destroy();
    });
    return server;
  }

  async #answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    withStatus: boolean,
  ): Promise<void> {
    const { method = '' } = request;
    const [path = ''] = (request.url ?? '').split('?');
    const isKnown = path === '/metrics' || (withStatus && path === '/status');
    if ((method !== 'GET' && method !== 'HEAD') || !isKnown) {
      this.#refused++;
      const [code, text] = isKnown ? [405, 'only GET'] : [404, 'there is /metrics'];
      // A body that may come is not read.
      response.writeHead(code, { 'content-type': 'text/plain', connection: 'close' });
      response.end(`${text}\n`);
      return;
    }
    this.#requests++;
    try {
      const text = await this.#textOf(path);
      const type = path === '/metrics' ? metricsContentType : 'application/json';
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(text);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain', connection: 'close' });
      response.end(`${systemReason(error)}\n`);
    }
  }

  #textOf(path: string): Promise<string> {
    const running = this.#running.get(path);
    if (running !== undefined) return running;
    const text = path === '/metrics' ? this.#metrics() : this.#status();
    this.#running.set(path, text);
    const done = () => this.#running.delete(path);
    text.then(done, done);
    return text;
  }

  async #metrics(): Promise<string> {
    return formatMetrics([...(await this.#source.metrics()), ...this.#own]);
  }

  async #status(): Promise<string> {
    return `${JSON.stringify(await this.#source.status())}\n`;
  }

  get #own(): readonly MetricFamily[] {
    return [
      counter('nagtail_status_requests_total', 'Answers about the program.', this.#requests),
      counter(
        'nagtail_status_requests_refused_total',
        'Requests about the program that were not understood, too large or too slow.',
        this.#refused,
      ),
      counter(
        'nagtail_status_connections_over_limit_total',
        `Connections for the program's status that were closed because ${statusServerLimits.connections} were open.`,
        this.#overLimit,
      ),
    ];
  }
}

async function openSocket(file: string, answers: Answers): Promise<http.Server> {
  const bytes = Buffer.byteLength(file);
  if (bytes > socketPathBytesMax) {
    throw new Error(`the path has ${bytes} bytes, a socket's may have ${socketPathBytesMax}`);
  }
  await removeLeftSocket(file);
  const server = answers.server(true);
  server.listen(file);
  await once(server, 'listening');
  chmodSync(file, socketMode);
  return server;
}

/** A program that was killed leaves its socket. One on which somebody answers is another's. */
async function removeLeftSocket(file: string): Promise<void> {
  const isSocket = lstatSync(file, { throwIfNoEntry: false })?.isSocket() ?? false;
  if (!isSocket) return;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = connect(file);
  probe.once('connect', () => resolve(true));
  probe.once('error', () => resolve(false));
  const isInUse = await promise;
  probe.destroy();
  if (!isInUse) unlinkSync(file);
}

async function openTcp(
  { address, port }: { readonly address: string; readonly port: number },
  answers: Answers,
): Promise<http.Server> {
  const server = answers.server(false);
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}
