import { oneOf } from '../../platform/config-keys.ts';
import { nscaNgPort } from '../../protocol/nsca-ng/tls-psk.ts';
import { nscaNgListenerDefaults } from '../listen/nsca-ng-listener.ts';
import { addressKeys, connectionKeys } from './listen-keys.ts';

/** The keys of `[listen.nsca-ng]`. */
export const nscaNgListenKeys = {
  ...addressKeys(nscaNgPort),
  tls_max: oneOf('the newest TLS to use', ['1.3', '1.2'] as const, { otherwise: '1.3' }),
  ...connectionKeys({
    ...nscaNgListenerDefaults,
    whenFull: 'the one that is idle longest makes room',
    awaited: 'a whole message',
  }),
};
