import { filePath, oneOf, optionalPath, yesNo } from '../../platform/config-keys.ts';

/** The keys of every `[sink.NAME]`; its type adds its own. */
export const sinkKeys = {
  type: oneOf('how results are handed over', ['command-file', 'check-result-spool'] as const),
};

/** The keys of a sink with `type = command-file`. */
export const commandFileSinkKeys = {
  path: filePath("Nagios' external command file (a FIFO)"),
  create: yesNo('append to a regular file, made if it is missing, instead of a FIFO', {
    otherwise: false,
  }),
  spool: optionalPath("Nagios' check_result_path, for results too long for the command file"),
};

/** The keys of a sink with `type = check-result-spool`. */
export const spoolSinkKeys = {
  path: filePath("Nagios' check_result_path, a folder"),
};
