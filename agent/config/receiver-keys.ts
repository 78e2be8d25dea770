import { filePath, oneOf, yesNo } from '../../platform/config-keys.ts';
import { timeoutKey } from '../../senders/receiver-keys.ts';

/** The keys of every `[receiver.NAME]`; its protocol adds its own. */
export const receiverKeys = {
  protocol: oneOf('how results travel', ['nsca-ng', 'nrdp', 'nsca', 'command-file'] as const),
  timeout: timeoutKey,
};

/** The keys of a receiver with `protocol = command-file`. */
export const commandFileReceiverKeys = {
  path: filePath("Nagios' external command file on this host"),
  create: yesNo('append to a regular file, and make it when it is missing', { otherwise: false }),
};
