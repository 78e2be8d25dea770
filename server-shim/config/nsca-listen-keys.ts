import path from 'node:path';
import { port, text, wholeNumber, yesNo } from '../../platform/config-keys.ts';
import type { Key, Reading } from '../../platform/config-schema.ts';
import { secretKeys } from '../../platform/secret.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { nscaListenerDefaults as defaults } from '../listen/nsca-listener.ts';
import { addressListKey, optionalAddressListKey } from './address-list-key.ts';
import { namePatternKey } from './name-pattern-key.ts';

function methodList(about: string): Key<readonly NscaMethod[]> {
  return {
    about,
    otherwise: [14],
    read(value): Reading<readonly NscaMethod[]> {
      const methods: NscaMethod[] = [];
      for (const word of value.split(',')) {
        const parsed = parseNscaMethod(word);
        if (!parsed.ok) return { finding: parsed.message };
        if (!methods.includes(parsed.method)) methods.push(parsed.method);
      }
      return { value: methods };
    },
  };
}

/** Paths, separated by commas, made absolute. */
function pathList(about: string): Key<readonly string[]> {
  return {
    about,
    otherwise: [],
    read: (value, { folder }) => ({
      value: value
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')
        .map((word) => path.resolve(folder, word)),
    }),
  };
}

/** The keys of `[listen.nsca]`. */
export const nscaListenKeys = {
  address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
  port: port('TCP port to listen on', { otherwise: 5667 }),
  encryption_method: methodList(
    'numbers or names of the NSCA encryption methods that clients have',
  ),
  ...secretKeys,
  old_password_files: pathList('files that hold passwords which some clients still have'),
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
  handshake_timeout: wholeNumber(
    'how long a client may take to complete its first packet',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: defaults.handshakeTimeoutMs / 1000 },
  ),
  idle_timeout: wholeNumber(
    'how long a connection may stay without a further whole packet',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: defaults.idleTimeoutMs / 1000 },
  ),
  max_packet_age: wholeNumber(
    "how much a packet's time may differ from ours, both ways; 0 is any",
    { min: 0, max: 900, unit: 'seconds' },
    { otherwise: defaults.maxPacketAgeSeconds },
  ),
  allow: optionalAddressListKey('addresses that may connect; without it all'),
  strict_mode_spoofing: yesNo("take results only for hosts that have the client's address", {
    otherwise: defaults.strictSpoofing,
  }),
};

/** The keys of `[client.NAME]`. */
export const nscaClientKeys = {
  addresses: addressListKey('addresses of these clients'),
  hosts: namePatternKey('hosts that they may report for'),
  services: namePatternKey('services that they may report for, on those hosts'),
};
