import type { ConfigShape } from '../../platform/config-shape.ts';
import { metricsKeys } from '../../platform/metrics/metrics-keys.ts';
import { identityKeys } from './identity-keys.ts';
import { nrdpListenKeys } from './nrdp-listen-keys.ts';
import { nscaClientKeys, nscaListenKeys } from './nsca-listen-keys.ts';
import { nscaNgListenKeys } from './nsca-ng-listen-keys.ts';
import { shimKeys } from './shim-keys.ts';
import {
  commandFileSinkKeys,
  nrdpSinkKeys,
  nscaNgSinkKeys,
  nscaSinkKeys,
  sinkKeys,
  spoolSinkKeys,
} from './sink-keys.ts';

/** All that nagtail-shim.ini can hold. */
export const shimShape: ConfigShape = [
  {
    kind: 'shim',
    name: '',
    about: 'The receiver itself, and its journal.',
    keys: shimKeys,
  },
  {
    kind: 'listen',
    name: 'nsca-ng',
    about: 'Takes results of agents and of NSCA-ng clients, over TLS.',
    keys: nscaNgListenKeys,
  },
  {
    kind: 'listen',
    name: 'nrdp',
    about: 'Takes results by NRDP, over HTTPS or HTTP.',
    keys: nrdpListenKeys,
  },
  {
    kind: 'listen',
    name: 'nsca',
    about: 'Takes results of NSCA clients, who all share a password.',
    keys: nscaListenKeys,
  },
  {
    kind: 'identity',
    name: 'NAME',
    about: 'Who may report, and what, by NSCA-ng or NRDP.',
    keys: identityKeys,
  },
  {
    kind: 'client',
    name: 'NAME',
    about: 'Which addresses may report what by NSCA.',
    keys: nscaClientKeys,
  },
  {
    kind: 'sink',
    name: 'NAME',
    about: 'Where results are handed over; one or more.',
    keys: sinkKeys,
    variants: {
      by: 'type',
      of: {
        'command-file': commandFileSinkKeys,
        'check-result-spool': spoolSinkKeys,
        'nsca-ng': nscaNgSinkKeys,
        nrdp: nrdpSinkKeys,
        nsca: nscaSinkKeys,
      },
    },
  },
  {
    kind: 'metrics',
    name: '',
    about: 'Where the receiver tells how it is.',
    keys: metricsKeys,
  },
];
