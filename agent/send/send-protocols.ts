import { readFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import { ConfigError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { formatProblem, hasErrors, ProblemList } from '../../platform/problem.ts';
import { readSecretFile, type Secret } from '../../platform/secret.ts';
import { nscaPacketBytes, oldNscaPacketBytes } from '../../protocol/nsca/nsca-packet.ts';
import { nscaNgPort, pskFault } from '../../protocol/nsca-ng/tls-psk.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { NscaSender } from '../../senders/nsca-sender.ts';
import { type NscaNgCfg, readNscaNgCfg } from './nsca-ng-cfg.ts';
import { readSendNscaCfg, type SendNscaCfg } from './send-nsca-cfg.ts';
import type { SendProtocolName, SendRequest } from './send-request.ts';
import { type SendTarget, senderTarget } from './send-target.ts';

/** What sending needs of its world. */
export interface SendParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this machine. */
  readonly hostName: string;
}

/** A protocol in which hosts on the command line are spoken to. */
export interface SendProtocol {
  /**
   * The hosts of a request, with the configuration of the protocol's real client.
   * @throws ConfigError when that cannot be used
   */
  readonly open: (request: SendRequest, parts: SendParts) => readonly SendTarget[];
  /** Says on standard output how many results were sent, as scripts expect of its real client. */
  readonly saysCount: boolean;
  /** Whether an input without a result is a failure. */
  readonly wantsResults: boolean;
}

/** All of them; a new one needs its options in send-options.ts. */
export const sendProtocols: Readonly<Record<SendProtocolName, SendProtocol>> = {
  nsca: { open: openNsca, saysCount: true, wantsResults: true },
  'nsca-ng': { open: openNscaNg, saysCount: false, wantsResults: false },
};

const clientFile = '/etc/send_nsca.cfg';

const nscaPort = 5667;
const nscaTimeoutMs = 10_000;
const nscaNgTimeoutMs = 15_000;

/** In place of no time limit at all: a day. */
const endlessMs = 86_400_000;

/** A result whose time says that it is older tells so in its text, in seconds. */
const lateNoticeSeconds = 60;

function openNsca(request: SendRequest, { clock, log }: SendParts): readonly SendTarget[] {
  const { port = nscaPort, timeoutMs = nscaTimeoutMs, passwordFile } = request;
  const cfg: Pick<SendNscaCfg, 'method' | 'legacy'> & { readonly password?: Secret } =
    passwordFile !== undefined && request.clientFile === undefined
      ? { method: 14, legacy: false }
      : readClientFile(request, readSendNscaCfg, log);
  const password = passwordFile === undefined ? cfg.password : passwordIn(passwordFile);
  if (password === undefined) throw unusable(clientFile, 'it has no password');
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

function openNscaNg(request: SendRequest, parts: SendParts): readonly SendTarget[] {
  const { clock, log } = parts;
  const { passwordFile, clientFile: given } = request;
  const cfg: Partial<NscaNgCfg> =
    passwordFile !== undefined && given === undefined
      ? {}
      : readClientFile(request, readNscaNgCfg, log);
  const password = passwordFile === undefined ? cfg.password : passwordIn(passwordFile);
  if (password === undefined) throw unusable(given ?? clientFile, 'it has no password');
  const identity = request.identity ?? cfg.identity ?? parts.hostName;
  const fault = pskFault(identity, password.reveal());
  if (fault !== undefined) throw unusable(passwordFile ?? given ?? clientFile, fault);
  const seconds = cfg.timeoutSeconds;
  const timeoutMs = request.timeoutMs ?? (seconds === undefined ? nscaNgTimeoutMs : seconds * 1000);
  const options = {
    identity,
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

function readClientFile<Cfg>(
  { clientFile: given }: SendRequest,
  read: (text: string, file: string, problems: ProblemList) => Cfg,
  log: Log,
): Cfg {
  const file = given ?? clientFile;
  const problems = new ProblemList();
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    const advice =
      given === undefined ? '; give another with -c FILE, or --password-file FILE' : '';
    throw unusable(file, `cannot read the configuration: ${systemReason(error)}${advice}`);
  }
  const cfg = read(text, file, problems);
  if (hasErrors(problems.all)) throw new ConfigError(problems.all);
  for (const problem of problems.all) log.warn('SEND_CFG', formatProblem(problem));
  return cfg;
}

function passwordIn(file: string): Secret | undefined {
  const problems = new ProblemList();
  const secret = readSecretFile(file, { file }, problems);
  if (secret === undefined) throw new ConfigError(problems.all);
  return secret;
}

function unusable(file: string, message: string): ConfigError {
  return new ConfigError([{ place: { file }, severity: 'error', message }]);
}
