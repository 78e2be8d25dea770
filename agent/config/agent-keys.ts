import os from 'node:os';
import {
  filePath,
  optionalText,
  text,
  wholeNumber,
  wordList,
  yesNo,
} from '../../platform/config-keys.ts';
import { defaultLineBytesMax } from '../input/line-source.ts';

/** The keys of `[agent]`. */
export const agentKeys = {
  host_name: text('the host that results are about when a rule names none', {
    otherwise: os.hostname().split('.')[0] ?? 'localhost',
  }),
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail',
  }),
  rules: filePath('rule files: a path or a glob, taken in lexical order', {
    otherwise: '/etc/nagtail/rules.d/*.sec',
  }),
  builtin_commands: wordList(
    'programs that are understood and not started when a rule reports with them',
    {
      otherwise: ['submit_check_result', 'send_nsca', 'send_nrdp'],
    },
  ),
};

/** The keys of `[input.NAME]`. */
export const inputKeys = {
  path: text("file to follow: a path, a glob, a FIFO, or '-' for standard input"),
  context: optionalText(
    "context that exists while a line of this input is handled (SEC's --input=PATH=CONTEXT)",
  ),
  from_start: yesNo('read what a file already holds when the agent starts', { otherwise: false }),
  max_line_bytes: wholeNumber(
    'longer lines are cut, which is counted',
    { min: 1_024, max: 64 * 1024 * 1024, unit: 'bytes' },
    { otherwise: defaultLineBytesMax },
  ),
};
