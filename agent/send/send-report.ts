import type { Writable } from 'node:stream';
import { textOf } from '../../protocol/byte-string.ts';
import type { InputBatch, InputFault } from './result-input.ts';
import type { SendProtocol } from './send-protocol.ts';
import type { SendRequest } from './send-request.ts';

/** Exit codes of `nagtail send`, beside 78 for a configuration that cannot be used. */
const SendExitCode = {
  /** All results were accepted, as far as the protocol can tell. */
  accepted: 0,
  /** Some were refused, by a receiver or because they are none; all others were accepted. */
  refused: 1,
  /** Some may not have arrived, or there was nothing to send: send again. Or the command line is wrong. */
  unconfirmed: 2,
} as const;

export type SendExitCode = (typeof SendExitCode)[keyof typeof SendExitCode];

/** What became of a result at a receiver. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may have arrived or not. */
  | { readonly kind: 'unconfirmed'; readonly reason: string };

/** Tells what became of the results: to people in a few words, to programs in JSON. */
export class SendReport {
  readonly #request: Pick<SendRequest, 'input' | 'quiet' | 'verbosity'>;
  readonly #protocol: SendProtocol;
  readonly #stdout: Writable;
  readonly #say: (message: string) => void;
  readonly #accepted = new Map<string, number>();
  #seen = 0;
  #refused = 0;
  #unconfirmed = 0;

  constructor(
    request: Pick<SendRequest, 'input' | 'quiet' | 'verbosity'>,
    protocol: SendProtocol,
    { stdout, say }: { readonly stdout: Writable; readonly say: (message: string) => void },
  ) {
    this.#request = request;
    this.#protocol = protocol;
    this.#stdout = stdout;
    this.#say = say;
  }

  /** Something that is no result. */
  fault({ seq, reason }: InputFault): void {
    this.#seen++;
    this.#refused++;
    this.#say(`result ${seq} is not sent: ${reason}`);
    this.#print({ number: seq, outcome: 'refused', reason });
  }

  /** A delivery is over: what became of each of its results at a receiver. */
  delivered(
    target: string,
    batch: InputBatch,
    outcomeOf: (seq: number) => Outcome,
    cuts: ReadonlyMap<number, readonly string[]>,
  ): void {
    const count = this.#accepted.get(target) ?? 0;
    let accepted = 0;
    for (const { seq, host, service } of labels(batch)) {
      this.#seen++;
      const outcome = outcomeOf(seq);
      const label = `result ${seq} (${service === null ? host : `${host};${service}`})`;
      if (outcome.kind === 'accepted') accepted++;
      else if (outcome.kind === 'unconfirmed') this.#unconfirmed++;
      else {
        this.#refused++;
        this.#say(`${target} refused ${label}: ${outcome.reason}`);
      }
      if (outcome.kind === 'accepted' && this.#request.verbosity > 0) this.#say(`sent ${label}`);
      const cut = cuts.get(seq);
      const { kind, ...why } = outcome;
      this.#print({
        number: seq,
        host,
        service,
        receiver: target,
        outcome: kind,
        ...why,
        ...(cut === undefined ? {} : { cut }),
      });
    }
    this.#accepted.set(target, count + accepted);
  }

  /** All is read and sent; gives the exit code. */
  end(targets: readonly string[]): SendExitCode {
    const code = this.#exitCode();
    if (this.#isEmpty()) this.#say('there was no result to send: the input was empty');
    if (this.#request.input !== 'json') this.#sayCounts(targets);
    return code;
  }

  #exitCode(): SendExitCode {
    if (this.#unconfirmed > 0) return SendExitCode.unconfirmed;
    if (this.#refused > 0) return SendExitCode.refused;
    return this.#isEmpty() ? SendExitCode.unconfirmed : SendExitCode.accepted;
  }

  #isEmpty(): boolean {
    return this.#seen === 0 && this.#protocol.wantsResults;
  }

  /** In the words that scripts look for. */
  #sayCounts(targets: readonly string[]): void {
    const { countLine } = this.#protocol;
    if (this.#unconfirmed > 0 || countLine === undefined) return;
    for (const target of targets) {
      const count = this.#accepted.get(target) ?? 0;
      if (count > 0 && this.#request.quiet) continue;
      this.#stdout.write(`${countLine(count, target)}\n`);
    }
  }

  #print(record: Readonly<Record<string, unknown>>): void {
    if (this.#request.input === 'json') this.#stdout.write(`${JSON.stringify(record)}\n`);
  }
}

interface Label {
  readonly seq: number;
  readonly host: string;
  readonly service: string | null;
}

function labels({ results, commands }: InputBatch): readonly Label[] {
  return [
    ...results.map(({ seq, result: { host, service } }) => ({
      seq,
      host: textOf(host),
      service: service === null ? null : textOf(service),
    })),
    ...commands.map(({ seq, line }) => ({ seq, host: textOf(line.slice(0, 80)), service: null })),
  ];
}
