import { filePath, oneOf, optionalPath, yesNo } from '../../platform/config-keys.ts';
import {
  nrdpReceiverKeys,
  nscaNgReceiverKeys,
  nscaReceiverKeys,
  timeoutKey,
} from '../../senders/receiver-keys.ts';

/** The keys of every `[sink.NAME]`; its type adds its own. */
export const sinkKeys = {
  type: oneOf('how results are handed over', [
    'command-file',
    'check-result-spool',
    'nsca-ng',
    'nrdp',
    'nsca',
  ] as const),
};

/** How a sink to Nagios learns which names that knows. */
const nameKeys = {
  objects_cache: optionalPath("Nagios' object_cache_file: the hosts and services that it knows"),
  unknown_names: oneOf(
    'what becomes of results about names that Nagios does not know',
    ['pass', 'hold'] as const,
    { otherwise: 'pass' },
  ),
};

/** The keys of a sink with `type = command-file`. */
export const commandFileSinkKeys = {
  path: optionalPath(
    "Nagios' external command file (a FIFO); without it the one that Nagios' own configuration names, or a usual place",
  ),
  create: yesNo('append to a regular file, made if it is missing, instead of a FIFO', {
    otherwise: false,
  }),
  spool: optionalPath("Nagios' check_result_path, for results too long for the command file"),
  ...nameKeys,
};

/** The keys of a sink with `type = check-result-spool`. */
export const spoolSinkKeys = {
  path: filePath("Nagios' check_result_path, a folder"),
  ...nameKeys,
};

/** The keys of a sink with `type = nsca`: another receiver. */
export const nscaSinkKeys = { ...nscaReceiverKeys, timeout: timeoutKey };

/** The keys of a sink with `type = nsca-ng`: another nagtail-shim, or the real nsca-ng. */
export const nscaNgSinkKeys = { ...nscaNgReceiverKeys, timeout: timeoutKey };

/** The keys of a sink with `type = nrdp`: another nagtail-shim, or the real NRDP. */
export const nrdpSinkKeys = { ...nrdpReceiverKeys, timeout: timeoutKey };
