import { filePath, oneOf, wholeNumber } from '../../platform/config-keys.ts';
import { logLevelDefault, logLevels } from '../../platform/log.ts';
import { journalLimitsDefault } from '../journal/open-journal.ts';

/** The keys of `[shim]`. */
export const shimKeys = {
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail-shim',
  }),
  log_level: oneOf('least important messages to show; `--log-level` wins', logLevels, {
    otherwise: logLevelDefault,
  }),
  journal_max_results: wholeNumber('results that may wait; then clients are held back', {
    min: 1_000,
    max: 1_000_000_000,
    unit: 'results',
    otherwise: journalLimitsDefault.maxResults,
  }),
  journal_max_bytes: wholeNumber('what the journal may take on disk; then clients are held back', {
    min: 1_048_576,
    max: 1_099_511_627_776,
    unit: 'bytes',
    otherwise: journalLimitsDefault.maxBytes,
  }),
};
