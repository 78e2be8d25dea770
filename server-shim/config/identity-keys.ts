import { wholeNumber } from '../../platform/config-keys.ts';
import { secretKeys } from '../../platform/secret.ts';
import { namePatternKey } from './name-pattern-key.ts';

/** The keys of `[identity.NAME]`. */
export const identityKeys = {
  ...secretKeys,
  hosts: namePatternKey('hosts that it may report for'),
  services: namePatternKey('services that it may report for, on those hosts'),
  commands: namePatternKey('external commands beyond check results that it may give'),
  max_rate: wholeNumber(
    'results a second that it may send in the long run; more have to wait; 0 is any number',
    { min: 0, max: 1_000_000, unit: 'results a second', otherwise: 0 },
  ),
};
