import { once } from 'node:events';
import tls, { type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { NagtailError, systemReason } from '../../platform/errors.ts';

/** How long the server may take. */
const timeoutMs = 10_000;

/** Certificates of a chain that are looked at. */
const chainMax = 10;

/**
 * Fetches the certificate of a server's CA from the server itself, and knows it by its
 * fingerprint: so the first connection may be to anybody, and what it brings is believed only
 * when it is the right one. Then it is tried whether the server's certificate is of this CA.
 *
 * @param fingerprint SHA-256 in hexadecimal digits
 * @returns the CA's certificate as PEM
 * @throws NagtailError ENROLMENT_FAILED
 */
export async function fetchAuthority(url: URL, fingerprint: string): Promise<string> {
  const where = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
  const first = await connect(where, { rejectUnauthorized: false });
  const chain = chainOf(first.getPeerCertificate(true));
  first.destroy();
  const authority = chain.find(({ fingerprint256 }) => {
    return fingerprint256.replaceAll(':', '').toLowerCase() === fingerprint;
  });
  if (authority === undefined) {
    const message = `${url.host} does not show the CA that the token names: another server answers there, or its tls_cert lacks the CA's certificate`;
    throw new NagtailError('ENROLMENT_FAILED', message);
  }
  const pem = pemOf(authority.raw);
  (await connect(where, { ca: pem })).destroy();
  return pem;
}

async function connect(
  { host, port }: { readonly host: string; readonly port: number },
  trust: { readonly rejectUnauthorized: false } | { readonly ca: string },
): Promise<TLSSocket> {
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  const socket = tls.connect({ host, port, timeout: timeoutMs, ...servername, ...trust });
  socket.once('timeout', () => socket.destroy(new Error('no answer within 10 s')));
  try {
    await once(socket, 'secureConnect');
    return socket;
  } catch (cause) {
    const message = `cannot reach ${host}, port ${port}, over TLS: ${systemReason(cause)}`;
    throw new NagtailError('ENROLMENT_FAILED', message, { cause });
  }
}

/** A certificate, the one that it is of, and so on. */
function chainOf(certificate: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let next = certificate; next?.raw !== undefined && chain.length < chainMax; ) {
    chain.push(next);
    // A CA that signs itself is its own issuer.
    if (next.issuerCertificate === next) break;
    next = next.issuerCertificate;
  }
  return chain;
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
