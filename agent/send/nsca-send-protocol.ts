import type { Secret } from '../../platform/secret.ts';
import { parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { nscaPacketBytes, oldNscaPacketBytes } from '../../protocol/nsca/nsca-packet.ts';
import { NscaSender } from '../../senders/nsca-sender.ts';
import {
  clientFileDefault,
  lateNoticeSeconds,
  readClientFile,
  secretIn,
  unusable,
} from './client-file.ts';
import { readSendNscaCfg, type SendNscaCfg } from './send-nsca-cfg.ts';
import { flag, type SendOption } from './send-option.ts';
import {
  clientFileOption,
  commonOptions,
  delimiterOption,
  hostOption,
  passwordFileOption,
  portOption,
  timeoutOption,
} from './send-options.ts';
import type { SendParts, SendProtocol } from './send-protocol.ts';
import type { SendRequest } from './send-request.ts';
import { type SendTarget, senderTarget } from './send-target.ts';

const nscaPort = 5667;
const timeoutMsDefault = 10_000;

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

/** NSCA, in the place of its send_nsca. */
export const nscaSendProtocol: SendProtocol = {
  client: 'send_nsca',
  receiver: '-H HOST',
  clientOptions: [
    hostOption,
    portOption(nscaPort),
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
  ownOptions: [...commonOptions, passwordFileOption, encryptionMethod],
  splitsLetters: false,
  knowsReceiver: false,
  open: openNsca,
  countLine: (count) => `${count} data packet(s) sent to host successfully.`,
  wantsResults: true,
};

function openNsca(request: SendRequest, { clock, log }: SendParts): readonly SendTarget[] {
  const { port = nscaPort, timeoutMs = timeoutMsDefault, passwordFile } = request;
  const cfg: Pick<SendNscaCfg, 'method' | 'legacy'> & { readonly password?: Secret } =
    passwordFile !== undefined && request.clientFile === undefined
      ? { method: 14, legacy: false }
      : readClientFile(request, readSendNscaCfg, log);
  const password = passwordFile === undefined ? cfg.password : secretIn(passwordFile);
  if (password === undefined) throw unusable(clientFileDefault, 'it has no password');
  const options = {
    method: request.method ?? cfg.method,
    password,
    port,
    timeoutMs,
    lateNoticeSeconds,
    packetSize: request.legacy || cfg.legacy ? oldNscaPacketBytes : nscaPacketBytes,
  } as const;
  return request.hosts.map((host) =>
    senderTarget(new NscaSender({ ...options, host }, clock, log)),
  );
}
