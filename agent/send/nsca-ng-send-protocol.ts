import { nscaNgPort, pskFault } from '../../protocol/nsca-ng/tls-psk.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { clientFileDefault, readClientFile, secretIn, unusable } from './client-file.ts';
import { type NscaNgCfg, readNscaNgCfg } from './nsca-ng-cfg.ts';
import { flag, numberOption, textOption } from './send-option.ts';
import {
  clientFileOption,
  commonOptions,
  delimiterOption,
  hostOption,
  passwordFileOption,
  portOption,
  secondsMax,
  timeoutOption,
} from './send-options.ts';
import type { SendParts, SendProtocol } from './send-protocol.ts';
import type { SendRequest } from './send-request.ts';
import { type SendTarget, senderTarget } from './send-target.ts';

const timeoutMsDefault = 15_000;

/** In place of no time limit at all: a day. */
const endlessMs = 86_400_000;

const identity = textOption(
  ['--identity'],
  'NAME',
  'what the receiver knows this client by (host name)',
  (draft, name) => {
    draft.identity = name;
  },
);

/** NSCA-ng, in the place of its send_nsca. */
export const nscaNgSendProtocol: SendProtocol = {
  client: "NSCA-ng's send_nsca",
  receiver: '-H HOST',
  clientOptions: [
    hostOption,
    portOption(nscaNgPort),
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
  ownOptions: [...commonOptions, passwordFileOption, identity],
  splitsLetters: true,
  // Its configuration may name the server, or its default will do.
  knowsReceiver: true,
  missing: ({ input, receivers }) =>
    input === 'commands' && receivers.length > 0
      ? '-C sends commands to hosts (-H), not to a receiver of nagtail.ini (--to)'
      : undefined,
  open: openNscaNg,
  countLine: undefined,
  wantsResults: false,
};

function openNscaNg(request: SendRequest, parts: SendParts): readonly SendTarget[] {
  const { clock, log } = parts;
  const { passwordFile, clientFile: given } = request;
  const cfg: Partial<NscaNgCfg> =
    passwordFile !== undefined && given === undefined
      ? {}
      : readClientFile(request, readNscaNgCfg, log);
  const password = passwordFile === undefined ? cfg.password : secretIn(passwordFile);
  if (password === undefined) throw unusable(given ?? clientFileDefault, 'it has no password');
  const name = request.identity ?? cfg.identity ?? parts.hostName;
  const fault = pskFault(name, password.reveal());
  if (fault !== undefined) throw unusable(passwordFile ?? given ?? clientFileDefault, fault);
  const seconds = cfg.timeoutSeconds;
  const timeoutMs =
    request.timeoutMs ?? (seconds === undefined ? timeoutMsDefault : seconds * 1000);
  const options = {
    identity: name,
    password,
    port: request.port ?? cfg.port ?? nscaNgPort,
    timeoutMs: timeoutMs === 0 ? endlessMs : timeoutMs,
    tlsMax: 'TLSv1.3',
    ciphers: cfg.tlsCiphers,
  } as const;
  const hosts = request.hosts.length > 0 ? request.hosts : [cfg.server ?? 'localhost'];
  return hosts.map((host) => {
    const sender = new NscaNgSender({ ...options, host }, { clock, log });
    if (request.input !== 'commands') return senderTarget(sender);
    return {
      ...senderTarget(sender),
      send: ({ commands }, progress, signal) => sender.sendCommands(commands, progress, signal),
    };
  });
}
