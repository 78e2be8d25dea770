import { filePath, port, text, wholeNumber } from '../../platform/config-keys.ts';
import type { Key } from '../../platform/config-schema.ts';
import { secretKeys } from '../../platform/secret.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { journalLimitsDefault } from '../journal/open-journal.ts';

/** The keys of `[shim]`. */
export const shimKeys = {
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail-shim',
  }),
  journal_max_results: wholeNumber(
    'results that may wait; then clients are held back',
    { min: 1_000, max: 1_000_000_000, unit: 'results' },
    { otherwise: journalLimitsDefault.maxResults },
  ),
  journal_max_bytes: wholeNumber(
    'what the journal may take on disk; then clients are held back',
    { min: 1_048_576, max: 1_099_511_627_776, unit: 'bytes' },
    { otherwise: journalLimitsDefault.maxBytes },
  ),
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
