import { optionalPath, seconds, wholeNumber } from '../../platform/config-keys.ts';
import type { Key } from '../../platform/config-schema.ts';
import { nrdpListenerDefaults as defaults } from '../listen/nrdp-listener.ts';
import { optionalAddressListKey } from './address-list-key.ts';
import { addressKeys, connectionKeys } from './listen-keys.ts';

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
  ...addressKeys(8443),
  path: urlPathKey,
  tls_cert: optionalPath(
    "file with the server's certificate, and those between it and its CA (PEM)",
  ),
  tls_key: optionalPath("file with the certificate's private key (PEM)"),
  tls_client_ca: optionalPath('file with the CA of which clients must have a certificate (PEM)'),
  trusted_proxies: optionalAddressListKey('addresses of proxies whose X-Forwarded-For is believed'),
  allow: optionalAddressListKey('addresses that may send; without it all'),
  ...connectionKeys({
    ...defaults,
    whenFull: 'more are turned away',
    awaited: 'a further request',
  }),
  max_request_bytes: wholeNumber('size of a request; larger ones are refused', {
    min: 1_024,
    max: 16_777_216,
    unit: 'bytes',
    otherwise: defaults.requestBytesMax,
  }),
  request_timeout: seconds('how long a client may take to send a request', {
    min: 1,
    max: 3_600,
    otherwise: defaults.requestTimeoutMs / 1000,
  }),
};
