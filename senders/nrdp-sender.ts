import type { TlsMaterial } from '../platform/certificates/read-tls-files.ts';
import { type Clock, unixSeconds } from '../platform/clock.ts';
import { NagtailError } from '../platform/errors.ts';
import type { Secret } from '../platform/secret.ts';
import { withinTime } from '../platform/within-time.ts';
import { checkResultFault } from '../protocol/check-result-fault.ts';
import { encodeCheckResults } from '../protocol/nrdp/encode-check-results.ts';
import { type HttpAnswer, judgeNrdpAnswer } from './judge-nrdp-answer.ts';
import { outputWithLateNotice } from './late-notice.ts';
import { NrdpHttp } from './nrdp-http.ts';
import type { QueuedResult } from './queued-result.ts';
import type { DeliveryProgress, Sender } from './sender.ts';

export interface NrdpSenderOptions {
  /** Where NRDP is; at least one. Several are the same receiver: the first that works is taken. */
  readonly urls: readonly URL[];
  readonly token: Secret;
  /** Whose certificates are trusted (those that Node.js knows without it), and our own. */
  readonly tls: TlsMaterial;
  /** Through which all of them are reached. */
  readonly proxy?: URL | undefined;
  /** For one delivery, in milliseconds. */
  readonly timeoutMs: number;
  /** Results that are later than this say so in their text; 0: never. */
  readonly lateNoticeSeconds: number;
}

/**
 * Texts of the results in one request, in bytes. XML and form together make up to 8 bytes of
 * one, so that a request stays below what servers take (nagtail-shim 1 MiB, PHP 8 MB).
 */
const requestTextBytes = 65_536;

/**
 * Posts results to a server of NRDP, many in a request, and takes its answer for what it says:
 * the real server says "OK" when all are written, a nagtail-shim when all are in its journal.
 */
export class NrdpSender implements Sender {
  readonly target: string;
  readonly #options: NrdpSenderOptions;
  readonly #clock: Clock;
  readonly #http: NrdpHttp;
  /** In the order in which they are to be tried. */
  #urls: readonly URL[];

  constructor(options: NrdpSenderOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#urls = options.urls;
    this.#http = new NrdpHttp(options.tls, options.proxy);
    this.target = options.urls.map(shownUrl).join(', ');
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const { timeoutMs } = this.#options;
    await withinTime(timeoutMs, signal, async (limit) => {
      const sound: QueuedResult[] = [];
      for (const queued of results) {
        const fault = checkResultFault(queued.result);
        if (fault === undefined) sound.push(queued);
        else progress.refused(queued.seq, fault);
      }
      for (const piece of pieces(sound)) await this.#submit(piece, progress, limit);
    });
  }

  /** Whether a server of NRDP answers there; whether it takes our token shows with the first result. */
  async probe(signal: AbortSignal): Promise<void> {
    await withinTime(this.#options.timeoutMs, signal, async (limit) => {
      await this.#ask('cmd=hello', limit, ({ status, body }) => {
        if (status === 200 && body.includes('<status>0</status>')) return 'alive';
        return new NagtailError('PEER_PROTOCOL', `it does not speak NRDP (HTTP status ${status})`);
      });
    });
  }

  close(): void {
    this.#http.close();
  }

  async #submit(
    piece: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const { token, lateNoticeSeconds } = this.#options;
    const now = unixSeconds(this.#clock);
    const document = encodeCheckResults(
      piece.map(({ result }) => {
        return { ...result, output: outputWithLateNotice(result, now, lateNoticeSeconds) };
      }),
    );
    const secret = Buffer.from(token.reveal()).toString('utf8');
    const form = new URLSearchParams({ token: secret, cmd: 'submitcheck', XMLDATA: document });
    const reply = await this.#ask(form.toString(), signal, (answer) =>
      judgeNrdpAnswer(answer, piece.length),
    );
    for (const { index, reason } of reply.refused) {
      const queued = piece[index];
      if (queued !== undefined) progress.refused(queued.seq, reason);
    }
    const last = piece.at(-1);
    if (last !== undefined) progress.acknowledged(last.seq);
  }

  /**
   * Asks one address after the other, until one gives an answer that is good. Each gets its
   * share of the time. Where a request may have arrived no other address is asked: the
   * results could come twice.
   */
  async #ask<Good>(
    form: string,
    signal: AbortSignal,
    judge: (answer: HttpAnswer) => Good | NagtailError,
  ): Promise<Good> {
    const urls = this.#urls;
    const endMs = this.#clock.monotonicMs() + this.#options.timeoutMs;
    const failures: Failure[] = [];
    for (const [index, url] of urls.entries()) {
      const shareMs = (endMs - this.#clock.monotonicMs()) / (urls.length - index);
      const outcome = await withinTime(shareMs, signal, (limit) =>
        this.#http.post(url, form, limit),
      );
      const judged = outcome.kind === 'answer' ? judge(outcome) : outcome.error;
      // The one that works comes first the next time.
      this.#urls = [...urls.slice(index), ...urls.slice(0, index)];
      if (!(judged instanceof NagtailError)) return judged;
      failures.push({ url, error: judged });
      if (outcome.kind === 'answer' || !outcome.mayHaveArrived) continue;
      this.#urls = [...urls.slice(index + 1), ...urls.slice(0, index + 1)];
      break;
    }
    throw asOne(failures);
  }
}

interface Failure {
  readonly url: URL;
  readonly error: NagtailError;
}

function asOne(failures: readonly Failure[]): NagtailError {
  const [first, ...others] = failures;
  if (first === undefined) return new NagtailError('PEER_UNREACHABLE', 'there is no address');
  if (others.length === 0) return first.error;
  const told = failures.map(({ url, error }) => `${shownUrl(url)}: ${error.message}`).join('; ');
  return new NagtailError(first.error.code, told, { cause: first.error });
}

/** An address without the user and password that it may hold. */
function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** Results in requests of a decent size. */
function* pieces(results: readonly QueuedResult[]): Generator<readonly QueuedResult[]> {
  let piece: QueuedResult[] = [];
  let bytes = 0;
  for (const queued of results) {
    const { host, service, output } = queued.result;
    const more = host.length + (service?.length ?? 0) + output.length;
    if (piece.length > 0 && bytes + more > requestTextBytes) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(queued);
    bytes += more;
  }
  if (piece.length > 0) yield piece;
}
