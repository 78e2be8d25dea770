import type { ConfigShape } from '../../platform/config-shape.ts';
import { metricsKeys } from '../../platform/metrics/metrics-keys.ts';
import {
  nrdpReceiverKeys,
  nscaNgReceiverKeys,
  nscaReceiverKeys,
} from '../../senders/receiver-keys.ts';
import { agentKeys, deliveryKeys } from './agent-keys.ts';
import { fileInputKeys, inputKeys, journalInputKeys } from './input-keys.ts';
import { commandFileReceiverKeys, receiverKeys } from './receiver-keys.ts';

/** All that nagtail.ini can hold. */
export const agentShape: ConfigShape = [
  {
    kind: 'agent',
    name: '',
    about: 'The agent itself, its rules, and how its results are delivered.',
    keys: { ...agentKeys, ...deliveryKeys },
  },
  {
    kind: 'input',
    name: 'NAME',
    about: 'A log to follow; one section for each.',
    keys: inputKeys,
    variants: { by: 'type', of: { file: fileInputKeys, journal: journalInputKeys } },
  },
  {
    kind: 'receiver',
    name: 'NAME',
    about: 'Where results go; one or more.',
    keys: receiverKeys,
    variants: {
      by: 'protocol',
      of: {
        'nsca-ng': nscaNgReceiverKeys,
        nrdp: nrdpReceiverKeys,
        nsca: nscaReceiverKeys,
        'command-file': commandFileReceiverKeys,
      },
    },
  },
  {
    kind: 'metrics',
    name: '',
    about: 'Where the agent tells how it is.',
    keys: metricsKeys,
  },
];
