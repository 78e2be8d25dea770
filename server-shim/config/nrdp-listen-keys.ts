import { optionalPath, port, text, wholeNumber } from '../../platform/config-keys.ts';
import type { Key } from '../../platform/config-schema.ts';
import { nrdpListenerDefaults as defaults } from '../listen/nrdp-listener.ts';
import { optionalAddressListKey } from './address-list-key.ts';

const urlPathKey: Key<string> = {
  about: 'where NRDP is at this address',
  otherwise: '/nrdp/',
  read: (value) =>
    /^\/[\w\-./~]*$/.test(value)
      ? { value }
      : { expected: `a path that begins with a slash, such as /nrdp/, found '${value}'` },
};

/** The keys of `[listen.nrdp]`. */
export const nrdpListenKeys = {
  address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
  port: port('TCP port to listen on', { otherwise: 8443 }),
  path: urlPathKey,
  tls_cert: optionalPath(
    "file with the server's certificate, and those between it and its CA (PEM)",
  ),
  tls_key: optionalPath("file with the certificate's private key (PEM)"),
  tls_client_ca: optionalPath('file with the CA of which clients must have a certificate (PEM)'),
  trusted_proxies: optionalAddressListKey('addresses of proxies whose X-Forwarded-For is believed'),
  allow: optionalAddressListKey('addresses that may send; without it all'),
  max_connections: wholeNumber(
    'connections at the same time; more are turned away',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: defaults.maxConnections },
  ),
  max_connections_per_address: wholeNumber(
    'connections of one address at the same time; more are turned away',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: defaults.maxConnectionsPerAddress },
  ),
  max_request_bytes: wholeNumber(
    'size of a request; larger ones are refused',
    { min: 1_024, max: 16_777_216, unit: 'bytes' },
    { otherwise: defaults.requestBytesMax },
  ),
  request_timeout: wholeNumber(
    'how long a client may take to send a request',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: defaults.requestTimeoutMs / 1000 },
  ),
  idle_timeout: wholeNumber(
    'how long a connection may stay without a further request',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: defaults.idleTimeoutMs / 1000 },
  ),
};
