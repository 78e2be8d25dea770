import { filePath, oneOf, yesNo } from '../../platform/config-keys.ts';

/** The keys of `[sink.NAME]`. */
export const sinkKeys = {
  type: oneOf('how results reach Nagios', ['command-file'] as const),
  path: filePath("Nagios' external command file (a FIFO)"),
  create: yesNo('append to a regular file, made if it is missing, instead of a FIFO', {
    otherwise: false,
  }),
};
