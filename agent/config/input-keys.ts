import {
  oneOf,
  optionalPath,
  optionalText,
  seconds,
  text,
  wholeNumber,
  wordList,
  yesNo,
} from '../../platform/config-keys.ts';
import type { Key } from '../../platform/config-schema.ts';
import { defaultLateWriterMs } from '../input/follow-options.ts';
import { defaultLineBytesMax } from '../input/line-source.ts';

/** The keys of every `[input.NAME]`; its type adds its own. */
export const inputKeys = {
  type: oneOf('what lines come from', ['file', 'journal'] as const, { otherwise: 'file' }),
  context: optionalText(
    "context that exists while a line of this input is handled (SEC's --input=PATH=CONTEXT)",
  ),
  from_start: yesNo('read what is there already when the agent starts', { otherwise: false }),
  max_line_bytes: wholeNumber('longer lines are cut, which is counted', {
    min: 1_024,
    max: 64 * 1024 * 1024,
    unit: 'bytes',
    otherwise: defaultLineBytesMax,
  }),
};

/** The keys of an input with `type = file`. */
export const fileInputKeys = {
  path: text("file to follow: a path, a glob, a FIFO, or '-' for standard input"),
  late_writer_seconds: seconds(
    'how long a file that was rotated away stays open after its last byte',
    { min: 0, max: 86_400, otherwise: defaultLateWriterMs / 1_000 },
  ),
  poll_only: yesNo('look at the files four times a second instead of watching their folder', {
    otherwise: false,
  }),
};

const matchesKey: Key<readonly string[]> = {
  ...wordList('only entries with these fields: FIELD=VALUE', { otherwise: [] }),
  read(value, context) {
    const reading = wordList('').read(value, context);
    const wrong = 'value' in reading ? reading.value.find((word) => !isMatch(word)) : undefined;
    return wrong === undefined
      ? reading
      : { expected: `FIELD=VALUE, the field in capital letters, found '${wrong}'` };
  },
};

/** A field's name has no small letters (systemd.journal-fields(7)); so nothing here is an option. */
function isMatch(word: string): boolean {
  return /^[A-Z0-9_]+=/.test(word);
}

/** The keys of an input with `type = journal`. */
export const journalInputKeys = {
  units: wordList('only entries of these units', { otherwise: [] }),
  matches: matchesKey,
  directory: optionalPath("folder of journal files instead of this machine's journal"),
};
