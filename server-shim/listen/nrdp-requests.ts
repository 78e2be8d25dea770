import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type FormParameters, parseForm } from '../../protocol/nrdp/form-parameters.ts';
import { parseMultipart } from '../../protocol/nrdp/multipart-parameters.ts';
import { nrdpRequest } from '../../protocol/nrdp/request.ts';
import type { Counters } from '../counters.ts';
import type { AddressList } from './address-list.ts';
import { forwardedAddress } from './forwarded-address.ts';
import type { NrdpComplaints } from './nrdp-complaints.ts';
import type { NrdpAnswer, NrdpService } from './nrdp-service.ts';
import { BodiesInMemory, readBody } from './read-body.ts';

export interface NrdpRequestsOptions {
  /** Where NRDP is. */
  readonly path: string;
  readonly requestBytesMax: number;
  /** Clients must have a certificate in the name of their identity. */
  readonly asksCertificates: boolean;
  readonly trustedProxies?: AddressList | undefined;
  readonly allow?: AddressList | undefined;
  readonly service: NrdpService;
  readonly complaints: NrdpComplaints;
}

/** How long somebody with a wrong token waits for the answer: so fast it can be guessed. */
const badTokenPauseMs = 300;

/** A request whose answer came before its end may send on for so long; what comes is thrown away. */
const lingerMs = 1_000;

/** Takes requests from HTTP, and writes their answers. */
export class NrdpRequests {
  readonly #options: NrdpRequestsOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #paths: readonly string[];
  readonly #bodies = new BodiesInMemory();
  readonly #busy = new WeakSet<Socket>();

  constructor(
    options: NrdpRequestsOptions,
    {
      log,
      clock,
      counters,
    }: { readonly log: Log; readonly clock: Clock; readonly counters: Counters },
  ) {
    this.#options = options;
    this.#log = log;
    this.#clock = clock;
    this.#counters = counters;
    const bare = options.path.replace(/\/+$/, '');
    this.#paths = [bare === '' ? '/' : bare, `${bare}/`, `${bare}/index.php`];
  }

  /** Serves one request to its end; never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    // Errors of the connection end it; nobody is there to be told.
    request.on('error', () => {});
    response.on('error', () => {});
    if (this.#busy.has(socket)) {
      // Its answers would pile up: no client of NRDP asks again before it was answered.
      this.#refuse(peerOf(request, this.#options), 'pipelined', 'it did not wait for an answer');
      socket.destroy();
      return;
    }
    this.#busy.add(socket);
    try {
      await this.#serve(request, response);
    } catch (error) {
      // A fault of ours: the client sends again, and nobody else shall suffer from it.
      this.#log.error('LISTENER_ERROR', `a request of NRDP cannot be served: ${messageOf(error)}`);
      socket.destroy();
    } finally {
      this.#busy.delete(socket);
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const peer = peerOf(request, this.#options);
    const { allow, complaints } = this.#options;
    if (allow !== undefined && !allow.has(peer)) {
      this.#counters.add('connections_not_allowed');
      complaints.notAllowed(peer);
      this.#fail(request, response, 403, 'this address is not allowed here');
      return;
    }
    const parameters = await this.#parameters(request, response, peer);
    if (parameters === undefined) return;
    const answer = await this.#answer(parameters, { peer, socket: request.socket });
    const { refusal } = answer;
    if (refusal !== undefined) {
      this.#refuse(peer, refusal.reason, refusal.message, refusal.identity);
      if (refusal.reason === 'bad-token') await this.#pause(badTokenPauseMs);
    }
    write(response, answer);
  }

  async #answer(
    { form, release }: { readonly form: FormParameters; readonly release: () => void },
    { peer, socket }: { readonly peer: string; readonly socket: Socket },
  ): Promise<NrdpAnswer> {
    const { service, asksCertificates } = this.#options;
    const certificateName = asksCertificates ? nameInCertificate(socket) : undefined;
    try {
      return await service.answer(nrdpRequest(form), { peer, certificateName });
    } finally {
      release();
    }
  }

  /** The parameters of a request; undefined when it was answered already. */
  async #parameters(
    request: IncomingMessage,
    response: ServerResponse,
    peer: string,
  ): Promise<{ readonly form: FormParameters; readonly release: () => void } | undefined> {
    const { requestBytesMax, path } = this.#options;
    const fail = (status: number, reason: string, message: string) => {
      this.#refuse(peer, reason, message);
      this.#fail(request, response, status, message);
      return undefined;
    };
    const [where = '', ...query] = (request.url ?? '').split('?');
    // send_nrdp.sh puts a slash behind an address that ends in one.
    if (!this.#paths.includes(where.replace(/\/+/g, '/'))) {
      return fail(404, 'path', `there is nothing at this address: NRDP is at ${path}`);
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      return fail(405, 'method', 'expected GET or POST');
    }
    const tooLarge = `the request is larger than ${requestBytesMax} bytes`;
    if (Number(request.headers['content-length'] ?? 0) > requestBytesMax) {
      return fail(413, 'too-large', tooLarge);
    }
    const body = await readBody(request, requestBytesMax, this.#bodies);
    if (body.kind === 'broken') return fail(400, 'broken', 'the request broke off');
    if (body.kind === 'too large') return fail(413, 'too-large', tooLarge);
    if (body.kind === 'too many') return fail(503, 'overload', 'too many requests at once');
    const { bytes, release } = body;
    const form = formOf(query.join('?'), bytes, request.headers['content-type'] ?? '');
    if (typeof form !== 'string') return { form, release };
    release();
    return fail(form === 'type' ? 415 : 400, form, refusedForms[form]);
  }

  #refuse(peer: string, reason: string, message: string, identity?: string): void {
    this.#counters.add('requests_refused');
    this.#options.complaints.refused(
      identity === undefined ? { peer } : { peer, identity },
      reason,
      message,
    );
  }

  /** Answers a request that cannot be served, and ends its connection. */
  #fail(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
    const body = `${message}\n`;
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    if (request.readableEnded) {
      response.end(body);
      return;
    }
    // With the end of the answer Node.js closes the connection; amid what the client sends that would
    // lose it the answer.
    response.write(body);
    request.resume();
    request.once('end', () => response.end());
    const cancel = this.#clock.setTimer(lingerMs, () => request.socket.destroy());
    request.socket.once('close', cancel);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimer(ms, resolve);
    });
  }
}

const refusedForms = {
  type: 'expected a form: application/x-www-form-urlencoded or multipart/form-data',
  multipart: 'its parts cannot be found, or are too many',
  parameters: 'too many parameters',
} as const;

/** What a request asks for: the body wins over the address. */
function formOf(
  query: string,
  body: Buffer,
  contentType: string,
): FormParameters | keyof typeof refusedForms {
  const inAddress = parseForm(Buffer.from(query, 'latin1'));
  if (body.length === 0) return inAddress ?? 'parameters';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const isMultipart = type === 'multipart/form-data';
  if (type !== '' && type !== 'application/x-www-form-urlencoded' && !isMultipart) return 'type';
  const inBody = isMultipart ? parseMultipart(body, contentType) : parseForm(body);
  if (inBody === undefined && isMultipart) return 'multipart';
  if (inAddress === undefined || inBody === undefined) return 'parameters';
  return new Map([...inAddress, ...inBody]);
}

function peerOf(
  { socket, headers }: IncomingMessage,
  { trustedProxies }: Pick<NrdpRequestsOptions, 'trustedProxies'>,
): string {
  const told = headers['x-forwarded-for'];
  const list = Array.isArray(told) ? told.join(',') : told;
  return forwardedAddress(socket.remoteAddress, list, trustedProxies);
}

/** The common name in a client's certificate; empty, which is nobody's, when it has no good one. */
function nameInCertificate(socket: Socket): string {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return '';
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}

function write(response: ServerResponse, { httpStatus, headers, body }: NrdpAnswer): void {
  response.writeHead(httpStatus, {
    ...headers,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
