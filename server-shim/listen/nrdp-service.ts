import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { version } from '../../platform/version.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { NrdpRow } from '../../protocol/nrdp/nrdp-result.ts';
import {
  contentTypes,
  encodeHello,
  encodeReply,
  type NrdpReply,
  type RefusedCheck,
} from '../../protocol/nrdp/reply.ts';
import { type NrdpRequest, readCheckResults } from '../../protocol/nrdp/request.ts';
import type { ReportedResult } from '../admit/admit-result.ts';
import type { KnownIdentity } from '../admit/identity.ts';
import type { Counters } from '../counters.ts';
import type { CommandIntake } from './command-intake.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ResultIntake } from './result-intake.ts';
import { tellRefused } from './tell-refused.ts';
import type { TokenIdentities } from './token-identities.ts';

/** What a request is answered with. */
export interface NrdpAnswer {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why the request was refused as a whole, for the log. */
  readonly refusal?: Refusal;
}

interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly identity?: string;
}

/** Who sends a request. */
export interface NrdpClient {
  readonly peer: string;
  /** The name in its certificate; undefined when none is asked for. */
  readonly certificateName: string | undefined;
}

export interface NrdpServiceParts {
  readonly tokens: TokenIdentities;
  readonly rates: RateLimits;
  readonly intake: ResultIntake;
  readonly commands: CommandIntake;
  readonly log: Log;
  readonly counters: Counters;
}

/** Serves requests of NRDP, whichever way they came. */
export class NrdpService {
  readonly #parts: NrdpServiceParts;

  constructor(parts: NrdpServiceParts) {
    this.#parts = parts;
  }

  /** Answers a request, when what it brought is in the journal; never rejects. */
  async answer(request: NrdpRequest, client: NrdpClient): Promise<NrdpAnswer> {
    const { command, format, pretty } = request;
    if (command.kind === 'hello') {
      const headers = { 'content-type': contentTypes[format] };
      return { httpStatus: 200, headers, body: encodeHello(version, format, pretty) };
    }
    if (command.kind === 'unknown') return noCommand;
    const identity = this.#identify(request, client);
    if ('reason' in identity) return refused(request, identity.said, identity);
    const waitSeconds = await this.#parts.rates.wait(identity);
    if (waitSeconds > 0) return tooFast(request, identity, waitSeconds);
    try {
      return command.kind === 'submitcheck'
        ? await this.#submitChecks(command.data, request, identity, client)
        : await this.#submitCommand(command.command, request, identity, client);
    } catch (error) {
      const refusal = { reason: 'unavailable', message: messageOf(error), identity: identity.name };
      return { ...refused(request, 'WRITE ERROR', refusal), httpStatus: 503 };
    }
  }

  #identify(
    { token }: NrdpRequest,
    { certificateName }: NrdpClient,
  ): KnownIdentity | (Refusal & { readonly said: string }) {
    if (token === '') return { said: 'NO TOKEN', reason: 'no-token', message: 'it has no token' };
    const identity = this.#parts.tokens.find(bytesOf(token));
    if (identity === undefined) {
      const message = 'its token is that of no [identity.NAME]';
      return { said: 'BAD TOKEN', reason: 'bad-token', message };
    }
    const { name } = identity;
    if (certificateName === undefined || certificateName === name) return identity;
    const message = `its certificate is that of ${JSON.stringify(certificateName.slice(0, 80))}`;
    return { said: 'NOT AUTHENTICATED', reason: 'certificate', message, identity: name };
  }

  async #submitChecks(
    data: Uint8Array | undefined,
    request: NrdpRequest,
    identity: KnownIdentity,
    { peer }: NrdpClient,
  ): Promise<NrdpAnswer> {
    const { format } = request;
    const reading = readCheckResults(data, format);
    if (!reading.ok) {
      const { information } = reading;
      const said = format === 'json' ? 'BAD JSON' : 'BAD XML';
      return refused(request, said, {
        reason: 'bad-data',
        message: information,
        identity: identity.name,
      });
    }
    const refusedChecks = await this.#take(reading.rows, identity, peer);
    this.#parts.rates.took(identity, reading.rows.length);
    const processed = reading.rows.length - refusedChecks.length;
    const [first] = refusedChecks;
    if (processed > 0 || first === undefined) {
      const more = first === undefined ? {} : { refused: refusedChecks };
      return answered(request, { status: 0, message: 'OK', processed, ...more });
    }
    const information = first.reason;
    const reply = { status: -1, message: 'NOT ALLOWED', information, processed } as const;
    return answered(request, { ...reply, refused: refusedChecks });
  }

  /** Takes what can be taken; gives the checks that were refused. */
  async #take(
    rows: readonly NrdpRow[],
    identity: KnownIdentity,
    peer: string,
  ): Promise<readonly RefusedCheck[]> {
    const { intake, counters, log } = this.#parts;
    const reported: ReportedResult[] = [];
    const places: number[] = [];
    const refusedChecks: RefusedCheck[] = [];
    for (const [index, row] of rows.entries()) {
      if (row.kind === 'fault') {
        const { host, reason } = row;
        counters.add('results_refused');
        tellRefused(
          log,
          { code: 'UNREADABLE', message: reason },
          { host, service: null, peer, identity },
        );
        refusedChecks.push({ index, reason });
      } else {
        reported.push(row.result);
        places.push(index);
      }
    }
    const verdicts = await intake.take(reported, peer, identity);
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.kind === 'accepted') continue;
      refusedChecks.push({ index: places[index] ?? 0, reason: verdict.message });
    }
    return refusedChecks.sort((a, b) => a.index - b.index);
  }

  async #submitCommand(
    command: string,
    request: NrdpRequest,
    identity: KnownIdentity,
    { peer }: NrdpClient,
  ): Promise<NrdpAnswer> {
    const refusal = await this.#parts.commands.take({ command }, peer, identity);
    this.#parts.rates.took(identity, 1);
    if (refusal === undefined) return answered(request, { status: 0, message: 'OK' });
    const said = refusal.code === 'NOT_WRITTEN' ? 'COMMAND FILE UNWRITEABLE' : 'NOT ALLOWED';
    return answered(request, { status: -1, message: said, information: refusal.message });
  }
}

/** The real server's words. */
const noCommand: NrdpAnswer = {
  httpStatus: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'No command specified or request handler\n',
};

function answered({ format, pretty }: NrdpRequest, reply: NrdpReply): NrdpAnswer {
  const headers = { 'content-type': contentTypes[format] };
  return { httpStatus: 200, headers, body: encodeReply(reply, format, pretty) };
}

function refused(
  request: NrdpRequest,
  message: string,
  { reason, message: information, identity }: Refusal,
): NrdpAnswer {
  const isStranger = identity === undefined;
  // A stranger learns no more than the real server tells.
  const more = isStranger ? {} : { information };
  const answer = answered(request, { status: -1, message, ...more });
  const who = isStranger ? {} : { identity };
  return { ...answer, refusal: { reason, message: information, ...who } };
}

function tooFast(request: NrdpRequest, { name }: KnownIdentity, seconds: number): NrdpAnswer {
  const message = `it sends more than its max_rate; again in ${seconds} s`;
  const answer = refused(request, 'TOO MANY REQUESTS', { reason: 'rate', message, identity: name });
  const headers = { ...answer.headers, 'retry-after': String(seconds) };
  return { ...answer, httpStatus: 429, headers };
}
