import {
  oneOf,
  optionalPath,
  optionalText,
  port,
  seconds,
  secretText,
  text,
} from '../platform/config-keys.ts';
import type { Key, Reading } from '../platform/config-schema.ts';
import { secretKeys } from '../platform/secret.ts';
import { type NscaMethod, parseNscaMethod } from '../protocol/nsca/nsca-method.ts';
import { nscaNgPort } from '../protocol/nsca-ng/tls-psk.ts';

/** How long a delivery may take. */
export const timeoutKey = seconds('how long a delivery may take', {
  min: 1,
  max: 600,
  otherwise: 10,
});

const lateNoticeKey = seconds('results that are later than this say so in their text; 0: never', {
  min: 0,
  max: 31_536_000,
  otherwise: 60,
});

const nscaMethodKey: Key<NscaMethod> = {
  about: 'number or name of the NSCA encryption method',
  otherwise: 14,
  read(value) {
    const parsed = parseNscaMethod(value);
    return parsed.ok ? { value: parsed.method } : { finding: parsed.message };
  },
};

/** The keys of a receiver with `protocol = nsca`. */
export const nscaReceiverKeys = {
  host: text('name or address of the receiver'),
  port: port('TCP port of the receiver', { otherwise: 5667 }),
  encryption_method: nscaMethodKey,
  ...secretKeys,
  late_notice: lateNoticeKey,
};

/** The keys of a receiver with `protocol = nsca-ng`: a nagtail-shim, or the real nsca-ng. */
export const nscaNgReceiverKeys = {
  host: text('name or address of the receiver'),
  port: port('TCP port of the receiver', { otherwise: nscaNgPort }),
  identity: optionalText('the name under which the receiver knows this agent'),
  ...secretKeys,
  tls_max: oneOf('the newest TLS to use', ['1.3', '1.2'] as const, { otherwise: '1.3' }),
};

const passwordInAddress =
  'a user and a password in an address are not taken: it is shown in messages';

/** An address of HTTP or HTTPS without a password; a finding when it is none. */
export function readHttpAddress(text: string): Reading<URL> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return { expected: `an address such as https://nagios.example.com/nrdp/, found '${text}'` };
  }
  const isSecret = url.username !== '' || url.password !== '';
  return isSecret ? { finding: passwordInAddress } : { value: url };
}

const urlsKey: Key<readonly URL[]> = {
  about: 'addresses of NRDP, separated by commas: https://HOST:PORT/nrdp/',
  read(value): Reading<readonly URL[]> {
    const urls: URL[] = [];
    for (const word of value.split(',')) {
      const reading = readHttpAddress(word.trim());
      if (!('value' in reading)) return reading;
      urls.push(reading.value);
    }
    return { value: urls };
  },
};

const proxyKey: Key<URL | undefined> = {
  about: 'proxy through which NRDP is reached: http://HOST:PORT',
  otherwise: undefined,
  read: readHttpAddress,
};

/** The keys of a receiver with `protocol = nrdp`: a nagtail-shim, or the real NRDP. */
export const nrdpReceiverKeys = {
  url: urlsKey,
  token: secretText('the token; better in a file of its own: token_file'),
  token_file: optionalPath('file that holds the token'),
  tls_ca: optionalPath("file with the CA that the server's certificate is of (PEM)"),
  tls_cert: optionalPath('file with a certificate of this agent, for servers that want one (PEM)'),
  tls_key: optionalPath("file with that certificate's private key (PEM)"),
  proxy: proxyKey,
  late_notice: lateNoticeKey,
};
