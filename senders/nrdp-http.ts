import type { Agent, IncomingHttpHeaders } from 'node:http';
import type https from 'node:https';
import type { TlsMaterial } from '../platform/certificates/read-tls-files.ts';
import { NagtailError, systemCodeOf, systemReason } from '../platform/errors.ts';
import { nodeHttp } from '../platform/node-http.ts';
import { version } from '../platform/version.ts';
import { reasonOf } from '../platform/within-time.ts';
import { replyBytesMax } from '../protocol/nrdp/request-limits.ts';

/** What became of a request. */
export type HttpOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  /** `mayHaveArrived`: it was sent, and nobody knows what became of it. */
  | { readonly kind: 'failed'; readonly error: NagtailError; readonly mayHaveArrived: boolean };

/** Posts forms to servers of NRDP; connections are kept for the next one. Redirects are not followed. */
export class NrdpHttp {
  readonly #https: typeof https;
  readonly #agents: Readonly<Record<'http:' | 'https:', Agent>>;

  /** @param proxy takes connections to `https:` through CONNECT, and requests to `http:` */
  constructor({ ca, cert, key }: TlsMaterial, proxy?: URL) {
    const proxyEnv = proxy && { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href };
    const kept = {
      keepAlive: true,
      maxSockets: 1,
      ...(proxyEnv === undefined ? {} : { proxyEnv }),
    };
    const trusted = ca === undefined ? {} : { ca };
    const own = cert === undefined || key === undefined ? {} : { cert, key };
    // Not imported: senders of other protocols need no TLS, which takes 4 MiB.
    this.#https = process.getBuiltinModule('node:https');
    this.#agents = {
      'http:': new nodeHttp.Agent(kept),
      'https:': new this.#https.Agent({ ...kept, ...trusted, ...own, minVersion: 'TLSv1.2' }),
    };
  }

  /** Posts a form; never rejects. @param signal ends it at once */
  async post(url: URL, form: string, signal: AbortSignal): Promise<HttpOutcome> {
    const first = await this.#postOnce(url, form, signal);
    // A kept connection that the server has just closed says nothing about the server.
    const wasStale = first.kind === 'failed' && first.wasReused && !signal.aborted;
    return wasStale ? await this.#postOnce(url, form, signal) : first;
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #postOnce(
    url: URL,
    form: string,
    signal: AbortSignal,
  ): Promise<HttpOutcome & { readonly wasReused: boolean }> {
    const isSecure = url.protocol === 'https:';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(form),
      'user-agent': `nagtail/${version}`,
    };
    const agent = this.#agents[isSecure ? 'https:' : 'http:'];
    const options = { agent, headers, method: 'POST', signal };
    return new Promise((resolve) => {
      const request = (isSecure ? this.#https : nodeHttp).request(url, options);
      let wasSent = false;
      const fail = (error: NagtailError) => {
        request.destroy();
        const { reusedSocket: wasReused } = request;
        resolve({ kind: 'failed', error, mayHaveArrived: wasSent, wasReused });
      };
      request.on('error', (error) => fail(requestError(error, signal, wasSent)));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes <= replyBytesMax) return;
          fail(new NagtailError('PEER_PROTOCOL', 'its answer is too long for one of NRDP'));
        });
        response.on('error', (error) => fail(requestError(error, signal, true)));
        response.on('end', () => {
          const { statusCode: status = 0, headers: told } = response;
          const body = Buffer.concat(chunks);
          resolve({ kind: 'answer', status, headers: told, body, wasReused: false });
        });
      });
      // Headers go with the body: before the connection is there, nothing has left.
      request.on('finish', () => {
        wasSent = true;
      });
      request.end(form);
    });
  }
}

/** What Node and OpenSSL call a certificate that is not to be trusted. */
const untrusted =
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;

const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|BAD_RECORD_TYPE/;

const noCertificate = /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA)/;

function requestError(error: Error, signal: AbortSignal, wasSent: boolean): NagtailError {
  if (signal.aborted) return reasonOf(signal);
  const code = systemCodeOf(error) ?? '';
  const details = { cause: error };
  if (untrusted.test(code)) {
    const message = `its certificate is not trusted: ${trustReason(code, error)}`;
    return new NagtailError('PEER_UNTRUSTED', message, details);
  }
  if (noTls.test(code)) {
    const message = 'it does not speak TLS: does its address begin with http://?';
    return new NagtailError('PEER_PROTOCOL', message, details);
  }
  if (noCertificate.test(code)) {
    const message = 'it does not accept our certificate (tls_cert), or wants one';
    return new NagtailError('PEER_REFUSED', message, details);
  }
  if (code === 'ERR_PROXY_TUNNEL') {
    const message = `the proxy does not let us through: ${error.message}`;
    return new NagtailError('PEER_UNREACHABLE', message, details);
  }
  if (code.startsWith('HPE_')) {
    return new NagtailError('PEER_PROTOCOL', 'it does not speak HTTP', details);
  }
  if (!wasSent) return new NagtailError('PEER_UNREACHABLE', systemReason(error), details);
  const message = `the connection broke before it had answered: ${systemReason(error)}`;
  return new NagtailError('PEER_CLOSED_EARLY', message, details);
}

function trustReason(code: string, error: Error): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `it is for another name (${error.message})`;
  return `it is of no CA that is known here (${code}); tls_ca names one`;
}
