import { type DelimiterStyle, delimiterByte } from './delimiter.ts';
import { flag, numberOption, type SendOption, textOption } from './send-option.ts';
import type { SendDraft } from './send-request.ts';

/** The longest time that can be asked for: a day. */
export const secondsMax = 86_400;

export const hostOption = textOption(
  ['-H'],
  'HOST',
  'name or address of a receiver; given more than once, each one gets all results',
  (draft, host) => draft.hosts.push(host),
);

export function portOption(otherwise: number): SendOption {
  const limits = { value: 'PORT', min: 1, max: 65_535 };
  const set = (draft: SendDraft, port: number) => {
    draft.port = port;
  };
  return numberOption(['-p'], limits, `TCP port of the receiver (${otherwise})`, set);
}

export function timeoutOption(names: SendOption['names'], min: number, about: string): SendOption {
  const set = (draft: SendDraft, seconds: number) => {
    draft.timeoutMs = seconds * 1_000;
  };
  return numberOption(names, { value: 'SECONDS', min, max: secondsMax }, about, set);
}

export function delimiterOption(
  names: SendOption['names'],
  field: 'delimiter' | 'separator',
  style: DelimiterStyle,
): SendOption {
  const about =
    field === 'delimiter'
      ? 'what separates the fields of a result (tab)'
      : 'what separates results (ETB, the byte 0x17)';
  const take = (draft: SendDraft, text: string) => {
    const byte = delimiterByte(text, style);
    if (byte === undefined || byte === 0) return `expected one character, found '${text}'`;
    draft[field] = byte;
    return undefined;
  };
  return { names, value: 'CHAR', about, take };
}

export function clientFileOption(about: string): SendOption {
  return textOption(['-c'], 'FILE', about, (draft, file) => {
    draft.clientFile = file;
  });
}

export const passwordFileOption = textOption(
  ['--password-file'],
  'FILE',
  'file that holds the password; no send_nsca.cfg is needed then',
  (draft, file) => {
    draft.passwordFile = file;
  },
);

/** What all protocols have beyond their real clients. */
export const commonOptions: readonly SendOption[] = [
  flag(['--lines'], 'one result a line', (draft) => {
    draft.input = 'lines';
  }),
  flag(
    ['--json'],
    'one JSON object a line; tells on standard output what became of each',
    (draft) => {
      draft.input = 'json';
    },
  ),
  textOption(['--to'], 'NAME', 'a receiver of nagtail.ini, by its own protocol', (draft, name) =>
    draft.receivers.push(name),
  ),
  textOption(['--config'], 'FILE', 'nagtail.ini (/etc/nagtail/nagtail.ini)', (draft, file) => {
    draft.configFile = file;
  }),
  flag(['--failover'], 'each result goes to the first receiver that works', (draft) => {
    draft.failover = true;
  }),
];
