import { readTlsFiles, type TlsMaterial } from '../../platform/certificates/read-tls-files.ts';
import { ConfigError } from '../../platform/errors.ts';
import { ProblemList } from '../../platform/problem.ts';
import { Secret } from '../../platform/secret.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { unescapeOutput } from '../../protocol/parse-external-command.ts';
import { NrdpSender } from '../../senders/nrdp-sender.ts';
import { readHttpAddress } from '../../senders/receiver-keys.ts';
import { lateNoticeSeconds, secretIn, unusable } from './client-file.ts';
import { returnCodeOf, stateWords } from './return-code-of.ts';
import { flag, type SendOption, textOption } from './send-option.ts';
import { commonOptions, delimiterOption, timeoutOption } from './send-options.ts';
import type { SendParts, SendProtocol } from './send-protocol.ts';
import type { SendDraft, SendRequest } from './send-request.ts';
import { type SendTarget, senderTarget } from './send-target.ts';

const timeoutMsDefault = 10_000;

const url: SendOption = {
  names: ['--url', '-u'],
  value: 'URL',
  about: 'where NRDP is: https://HOST/nrdp/; given more than once, each one gets all results',
  take(draft, text) {
    const reading = readHttpAddress(text);
    if ('value' in reading) draft.hosts.push(withSlash(reading.value).href);
    else return 'finding' in reading ? reading.finding : `expected ${reading.expected}`;
    return undefined;
  },
};

const state: SendOption = {
  names: ['--state', '-S'],
  value: 'STATE',
  about: `its return code, or one of ${stateWords.join(', ')}`,
  take(draft, text) {
    const returnCode = returnCodeOf(/^-?\d+$/.test(text) ? Number(text) : text);
    if (returnCode === undefined) {
      return `expected a number or one of ${stateWords.join(', ')}, found '${text}'`;
    }
    give(draft, { returnCode });
    return undefined;
  },
};

/** NRDP, in the place of its send_nrdp. */
export const nrdpSendProtocol: SendProtocol = {
  client: 'send_nrdp',
  receiver: '--url URL',
  clientOptions: [
    url,
    textOption(
      ['--token', '-t'],
      'TOKEN',
      'the token; all users of this machine can see it here',
      (draft, token) => {
        draft.token = token;
      },
    ),
    textOption(
      ['--host', '-H'],
      'HOST',
      'send one result, and read none: its host',
      (draft, host) => give(draft, { host: byteStringOf(host) }),
    ),
    textOption(
      ['--service', '-s'],
      'SERVICE',
      'its service; without it a result of the host',
      (draft, service) => give(draft, { service: byteStringOf(service) }),
    ),
    state,
    {
      names: ['--output', '-o'],
      value: 'OUTPUT',
      about: 'its plugin output; \\n in it begins the next line, as in results that are read',
      take(draft, output) {
        give(draft, { output: unescapeOutput(byteStringOf(output)) });
        return undefined;
      },
    },
    delimiterOption(['--delim', '-d'], 'delimiter', 'nsca'),
    flag(['--usestdin'], 'means nothing: results are read unless --host gives one', () => {}),
    textOption(['--checktype', '-c'], 'TYPE', 'means nothing: results are passive', () => {}),
  ],
  ownOptions: [
    ...commonOptions,
    textOption(['--token-file'], 'FILE', 'file that holds the token', (draft, file) => {
      draft.passwordFile = file;
    }),
    textOption(
      ['--tls-ca'],
      'FILE',
      "file with the CA that the server's certificate is of (PEM)",
      (draft, file) => {
        draft.tlsCa = file;
      },
    ),
    timeoutOption(['--timeout'], 1, 'how long one delivery may take (10)'),
    flag(['--quiet'], 'say nothing when all results were sent', (draft) => {
      draft.quiet = true;
    }),
  ],
  splitsLetters: true,
  knowsReceiver: false,
  missing,
  open: openNrdp,
  countLine: (count, target) => `Sent ${count} checks to ${target}`,
  wantsResults: true,
};

/** What must be given, and is not. */
function missing({ hosts, token, passwordFile, result }: SendRequest): string | undefined {
  if (hosts.length > 0 && token === undefined && passwordFile === undefined) {
    return 'no token: expected --token-file FILE, or --token TOKEN';
  }
  if (token !== undefined && passwordFile !== undefined) {
    return 'expected either --token or --token-file, found both';
  }
  if (result === undefined) return undefined;
  const { host, returnCode, output } = result;
  const isWhole = host !== undefined && returnCode !== undefined && output !== undefined;
  return isWhole ? undefined : 'a result needs --host, --state and --output';
}

function openNrdp(request: SendRequest, { clock }: SendParts): readonly SendTarget[] {
  const { hosts, token, passwordFile, timeoutMs = timeoutMsDefault } = request;
  const secret =
    passwordFile === undefined ? new Secret(Buffer.from(token ?? '')) : secretIn(passwordFile);
  if (secret.reveal().length === 0) throw unusable(passwordFile ?? '--token', 'the token is empty');
  const options = { token: secret, tls: tlsOf(request), timeoutMs, lateNoticeSeconds };
  return hosts.map((address) =>
    senderTarget(new NrdpSender({ ...options, urls: [new URL(address)] }, clock)),
  );
}

function tlsOf({ tlsCa: file }: SendRequest): TlsMaterial {
  const problems = new ProblemList();
  const ca = file === undefined ? undefined : { key: '--tls-ca', file, place: { file } };
  const tls = readTlsFiles({ ca, cert: undefined, key: undefined }, problems);
  if (tls === undefined) throw new ConfigError(problems.all);
  return tls;
}

/** As send_nrdp.sh does: a server redirects the address of a folder without it, which no client follows. */
function withSlash(address: URL): URL {
  const isFile = /\.[^/]*$/.test(address.pathname);
  if (!isFile && !address.pathname.endsWith('/')) address.pathname += '/';
  return address;
}

function give(draft: SendDraft, field: Partial<CheckResult>): void {
  draft.result = { ...draft.result, ...field };
}
