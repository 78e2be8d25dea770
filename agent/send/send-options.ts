import { parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { type DelimiterStyle, delimiterByte } from './delimiter.ts';
import { flag, numberOption, type SendOption, textOption } from './send-option.ts';
import type { SendDraft, SendProtocolName } from './send-request.ts';

const secondsMax = 86_400;

function hostOption(names: SendOption['names']): SendOption {
  const about = 'name or address of a receiver; given more than once, each one gets all results';
  return textOption(names, 'HOST', about, (draft, host) => draft.hosts.push(host));
}

function portOption(otherwise: number): SendOption {
  const limits = { value: 'PORT', min: 1, max: 65_535 };
  const set = (draft: SendDraft, port: number) => {
    draft.port = port;
  };
  return numberOption(['-p'], limits, `TCP port of the receiver (${otherwise})`, set);
}

function timeoutOption(names: SendOption['names'], min: number, about: string): SendOption {
  const set = (draft: SendDraft, seconds: number) => {
    draft.timeoutMs = seconds * 1_000;
  };
  return numberOption(names, { value: 'SECONDS', min, max: secondsMax }, about, set);
}

function delimiterOption(
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

function clientFileOption(about: string): SendOption {
  return textOption(['-c'], 'FILE', about, (draft, file) => {
    draft.clientFile = file;
  });
}

/** The options of the real clients. */
export const clientOptions: Readonly<Record<SendProtocolName, readonly SendOption[]>> = {
  nsca: [
    hostOption(['-H']),
    portOption(5667),
    timeoutOption(['-to', '--timeout'], 1, 'how long one delivery may take (10)'),
    clientFileOption('configuration of send_nsca (/etc/send_nsca.cfg)'),
    delimiterOption(['-d'], 'delimiter', 'nsca'),
    delimiterOption(['-ds'], 'separator', 'nsca'),
    flag(['--quiet'], 'say nothing when all results were sent', (draft) => {
      draft.quiet = true;
    }),
    flag(['--legacy-2-7-mode'], 'send to an nsca of version 2.7 or before', (draft) => {
      draft.legacy = true;
    }),
  ],
  'nsca-ng': [
    hostOption(['-H']),
    portOption(5668),
    timeoutOption(['-o', '--timeout'], 0, 'how long an answer may take (15); 0: any time'),
    clientFileOption("configuration of NSCA-ng's send_nsca (/etc/send_nsca.cfg)"),
    delimiterOption(['-d'], 'delimiter', 'nsca-ng'),
    delimiterOption(['-e'], 'separator', 'nsca-ng'),
    flag(['-C'], 'read external commands, one a line, instead of results', (draft) => {
      draft.input = 'commands';
    }),
    numberOption(
      ['-D'],
      { value: 'SECONDS', min: 0, max: secondsMax },
      'wait for up to so long before connecting',
      (draft, seconds) => {
        draft.delaySeconds = seconds;
      },
    ),
    flag(['-S'], 'messages go to standard error', (draft) => {
      draft.toStandardError = true;
    }),
    flag(['-s'], 'messages go to syslog; with -S to both', (draft) => {
      draft.toSyslog = true;
    }),
    flag(['-t'], 'means nothing', () => {}),
    flag(['-v'], 'say what is sent', (draft) => {
      draft.verbosity++;
    }),
    flag(['--quiet'], 'means nothing: it is quiet', () => {}),
  ],
};

const encryptionMethod: SendOption = {
  names: ['--encryption-method'],
  value: 'METHOD',
  about: "number or name of NSCA's encryption method (14)",
  take(draft, text) {
    const parsed = parseNscaMethod(text);
    if (!parsed.ok) return parsed.message;
    draft.method = parsed.method;
    return undefined;
  },
};

const passwordFile = textOption(
  ['--password-file'],
  'FILE',
  'file that holds the password; no send_nsca.cfg is needed then',
  (draft, file) => {
    draft.passwordFile = file;
  },
);

const identity = textOption(
  ['--identity'],
  'NAME',
  'what the receiver knows this client by (host name)',
  (draft, name) => {
    draft.identity = name;
  },
);

const common: readonly SendOption[] = [
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
  passwordFile,
];

/** What the real clients do not have. */
export const ownOptions: Readonly<Record<SendProtocolName, readonly SendOption[]>> = {
  nsca: [...common, encryptionMethod],
  'nsca-ng': [...common, identity],
};
