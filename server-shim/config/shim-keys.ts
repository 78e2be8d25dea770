import { filePath, oneOf, port, text, wholeNumber, yesNo } from '../../platform/config-keys.ts';
import type { Key } from '../../platform/config-schema.ts';
import { secretKeys } from '../../platform/secret.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';

/** The keys of `[shim]`. */
export const shimKeys = {
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail-shim',
  }),
};

const nscaMethodKey: Key<NscaMethod> = {
  about: 'number or name of the NSCA encryption method',
  otherwise: 14,
  read(value) {
    const parsed = parseNscaMethod(value);
    return parsed.ok ? { value: parsed.method } : { finding: parsed.message };
  },
};

/** The keys of `[listen.nsca]`. */
export const nscaListenKeys = {
  address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
  port: port('TCP port to listen on', { otherwise: 5667 }),
  encryption_method: nscaMethodKey,
  ...secretKeys,
  max_connections: wholeNumber(
    'connections at the same time; more are turned away',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: 1_000 },
  ),
  idle_timeout: wholeNumber(
    'how long a connection may stay without a whole packet',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: 30 },
  ),
};

/** The keys of `[sink.NAME]`. */
export const sinkKeys = {
  type: oneOf('how results reach Nagios', ['command-file'] as const),
  path: filePath("Nagios' external command file (a FIFO)"),
  create: yesNo('append to a regular file, made if it is missing, instead of a FIFO', {
    otherwise: false,
  }),
};
