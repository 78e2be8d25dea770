import { oneOf, port, text, wholeNumber } from '../../platform/config-keys.ts';
import { secretKeys } from '../../platform/secret.ts';
import { nscaNgPort } from '../../protocol/nsca-ng/tls-psk.ts';
import {
  ngIdleTimeoutMsDefault,
  ngMaxConnectionsDefault,
  ngMaxPerAddressDefault,
} from '../listen/nsca-ng-listener.ts';
import { namePatternKey } from './name-pattern-key.ts';

/** The keys of `[listen.nsca-ng]`. */
export const nscaNgListenKeys = {
  address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
  port: port('TCP port to listen on', { otherwise: nscaNgPort }),
  tls_max: oneOf('the newest TLS to use', ['1.3', '1.2'] as const, { otherwise: '1.3' }),
  max_connections: wholeNumber(
    'connections at the same time; the one that is idle longest makes room',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: ngMaxConnectionsDefault },
  ),
  max_connections_per_address: wholeNumber(
    'the same for the connections of one address, of which further ones are turned away',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: ngMaxPerAddressDefault },
  ),
  idle_timeout: wholeNumber(
    'how long a connection may stay without a whole message',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: ngIdleTimeoutMsDefault / 1000 },
  ),
};

/** The keys of `[identity.NAME]`. */
export const identityKeys = {
  ...secretKeys,
  hosts: namePatternKey('hosts that it may report for'),
  services: namePatternKey('services that it may report for, on those hosts'),
  commands: namePatternKey('external commands beyond check results that it may give'),
  max_rate: wholeNumber(
    'results a second that it may send in the long run; more have to wait; 0 is any number',
    { min: 0, max: 1_000_000, unit: 'results a second' },
    { otherwise: 0 },
  ),
};
