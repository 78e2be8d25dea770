import { pathList, seconds, yesNo } from '../../platform/config-keys.ts';
import type { Key, Reading } from '../../platform/config-schema.ts';
import { secretKeys } from '../../platform/secret.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { nscaListenerDefaults as defaults } from '../listen/nsca-listener.ts';
import { addressListKey, optionalAddressListKey } from './address-list-key.ts';
import { addressKeys, connectionKeys } from './listen-keys.ts';
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

/** The keys of `[listen.nsca]`. */
export const nscaListenKeys = {
  ...addressKeys(5667),
  encryption_method: methodList(
    'numbers or names of the NSCA encryption methods that clients have',
  ),
  ...secretKeys,
  old_password_files: pathList('files that hold passwords which some clients still have', {
    otherwise: [],
  }),
  ...connectionKeys({
    ...defaults,
    whenFull: 'more are turned away',
    awaited: 'a further whole packet',
  }),
  handshake_timeout: seconds('how long a client may take to complete its first packet', {
    min: 1,
    max: 3_600,
    otherwise: defaults.handshakeTimeoutMs / 1000,
  }),
  max_packet_age: seconds("how much a packet's time may differ from ours, both ways; 0 is any", {
    min: 0,
    max: 900,
    otherwise: defaults.maxPacketAgeSeconds,
  }),
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
