import { type Clock, systemClock } from '../../platform/clock.ts';
import { messageOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type {
  Perl,
  PerlArgument,
  PerlOutcome,
  PerlReference,
  PerlRegexMatch,
  PerlValue,
} from '../sec/perl/perl.ts';
import { encodeFrame, type Frame, isList, isReference } from './perl-frames.ts';
import { PerlProcess } from './perl-process.ts';
import type { PerlWatch } from './perl-watch.ts';

/**
 * Perl is started anew after a death, but not for each line of a log: after so
 * many deaths within the window calls are faults until the window has passed.
 */
const deathsMax = 10;
const deathWindowMs = 60_000;

export interface PerlOptions {
  /** The perl to run; see find-perl.ts. */
  readonly path: string;
  readonly log: Log;
  /** Takes what code has printed to STDOUT in a call, before the call returns. */
  readonly onOutput: (text: ByteString) => void;
  /** The longest time for one call; then perl is killed. Without it a call may take forever. */
  readonly timeoutMs?: number;
  /** Is told while perl is at work; whoever watches may kill the process to end a call. */
  readonly watch?: PerlWatch;
  /** What code finds in `$0`. */
  readonly programName?: string;
  /** Gives `time`, `localtime`, `gmtime` of Perl code in Unix seconds; the machine's if absent. */
  readonly virtualTime?: () => number;
  /** A file descriptor for what code writes to standard error; without it, ours. */
  readonly standardError?: number;
  readonly clock?: Clock;
}

/** A regular expression survives the process, because its pattern is all there is to it. */
interface HeldRegex {
  readonly pattern: ByteString;
  readonly generation: number;
  readonly number: number;
}

type Answer = Frame | { readonly fault: ByteString };

/**
 * The interpreter as a process of its own (coprocess.pl), started at the first
 * call. If it dies, the call that found out is a fault, an error is logged, and
 * the next call starts a new one. What code had kept is then gone: variables,
 * functions, and all references except regular expressions.
 *
 * Not to be had, because it is SEC's inside: `%main::context_list` and the like.
 * Programs that code starts (`system`) write to the real standard output at once,
 * before what the same call has printed.
 */
export class PerlCoprocess implements Perl {
  readonly #options: PerlOptions;
  readonly #clock: Clock;
  readonly #regexes = new Map<number, HeldRegex>();
  #process: PerlProcess | undefined;
  #generation = 1;
  #lastReference = 0;
  #firstReference = 1;
  #released: number[] = [];
  #deathTimes: number[] = [];

  constructor(options: PerlOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Goes up by one whenever an interpreter was lost: who keeps references compares
   * it before a call, and evaluates again the code that gave them.
   */
  get generation(): number {
    return this.#generation;
  }

  /** The process id while one runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  evaluate(code: ByteString, context: 'list' | 'scalar'): PerlOutcome {
    return valuesOf(this.#ask(context === 'list' ? 'E' : 'e', [code]));
  }

  call(
    code: PerlReference,
    parameters: readonly PerlArgument[],
    context: 'list' | 'scalar',
  ): PerlOutcome {
    for (const one of [code, ...parameters]) {
      if (isReference(one) && one.reference < this.#firstReference)
        return { fault: `the Perl interpreter was restarted; ${one.text} is gone` };
    }
    const request = [String(code.reference), ...parameters];
    return valuesOf(this.#ask(context === 'list' ? 'C' : 'c', request));
  }

  compileRegex(
    pattern: ByteString,
  ): { readonly regex: PerlReference } | { readonly fault: ByteString } {
    const outcome = valuesOf(this.#ask('q', [pattern]));
    if ('fault' in outcome) return outcome;
    const regex = outcome.values[0];
    if (regex === undefined || !isReference(regex)) return { fault: 'Perl gave no regex' };
    const number = regex.reference;
    this.#regexes.set(number, { pattern, generation: this.#generation, number });
    return { regex };
  }

  /** A match that fails with an error (endless recursion, a lost perl) is none; it is logged. */
  matchRegex(regex: PerlReference, text: ByteString): PerlRegexMatch | undefined {
    const number = this.#currentNumber(regex.reference);
    if (number === undefined) return undefined;
    const answer = this.#ask('m', [String(number), text]);
    if ('fault' in answer) {
      this.#options.log.warn('PERL_REGEX_FAILED', `a Perl regex failed: ${answer.fault.trim()}`);
      return undefined;
    }
    const [groups, names] = answer.items;
    if (answer.kind !== 'm' || groups === undefined || !isList(groups)) return undefined;
    return { groups, names: names instanceof Map ? names : new Map() };
  }

  release(reference: PerlReference): void {
    const number = this.#regexes.get(reference.reference)?.number ?? reference.reference;
    this.#regexes.delete(reference.reference);
    if (number >= this.#firstReference) this.#released.push(number);
  }

  /** Ends perl, if it runs. A later call starts it again. */
  close(): void {
    if (this.#process === undefined) return;
    this.#process.close();
    this.#forgetProcess();
  }

  /** The number that a regular expression has in this process; it is compiled again if need be. */
  #currentNumber(reference: number): number | undefined {
    const held = this.#regexes.get(reference);
    if (held === undefined) return undefined;
    if (held.generation === this.#generation) return held.number;
    const outcome = this.compileRegex(held.pattern);
    if ('fault' in outcome) return undefined;
    const { reference: number } = outcome.regex;
    this.#regexes.delete(number);
    this.#regexes.set(reference, { ...held, generation: this.#generation, number });
    return number;
  }

  /** Sends a request, hands on what was printed, and gives the rest of the answer. */
  #ask(kind: string, items: readonly PerlArgument[]): Answer {
    const process = this.#process ?? this.#start();
    if ('fault' in process) return process;
    const now = this.#options.virtualTime?.().toString() ?? '';
    const released = this.#released.join(' ');
    let request: ByteString;
    try {
      request = encodeFrame(kind, [now, released, ...items]);
    } catch (error) {
      return { fault: messageOf(error) };
    }
    this.#released = [];
    const { watch } = this.#options;
    watch?.begin(kind === 'm' ? 'pattern' : 'code', process.pid ?? 0);
    const exchange = process.exchange(request);
    watch?.end();
    if ('ended' in exchange) return this.#died(process, exchange.ended);
    const [printed, ...rest] = exchange.frame.items;
    this.#noteReferences(rest);
    const exited = exchange.frame.kind === 'x';
    const answer = exited
      ? this.#died(process, `its code called exit(${String(rest[0])})`)
      : answerOf(exchange.frame.kind, rest);
    if (typeof printed === 'string' && printed !== '') this.#options.onOutput(printed);
    return answer;
  }

  #start(): PerlProcess | { readonly fault: ByteString } {
    const { log, path, programName = 'nagtail', timeoutMs, virtualTime } = this.#options;
    const { standardError = 2 } = this.#options;
    if (this.#diesTooOften())
      return { fault: 'the Perl interpreter died too often; it is not started for now' };
    const first = String(this.#firstReference);
    const isVirtual = virtualTime === undefined ? '0' : '1';
    const parameters = [programName, first, isVirtual, String(process.pid)];
    try {
      const clock = this.#clock;
      this.#process = new PerlProcess({ path, parameters, timeoutMs, standardError, clock });
    } catch (error) {
      this.#deathTimes.push(this.#clock.monotonicMs());
      const reason = systemReason(error);
      log.error('PERL_START_FAILED', `cannot start ${path}: ${reason}`, { path });
      return { fault: `the Perl interpreter cannot be started: ${reason}` };
    }
    const fields = { pid: this.#process.pid ?? 0, generation: this.#generation };
    log.debug('PERL_STARTED', `started ${path} for the Perl code of rules`, fields);
    return this.#process;
  }

  #diesTooOften(): boolean {
    const since = this.#clock.monotonicMs() - deathWindowMs;
    this.#deathTimes = this.#deathTimes.filter((time) => time > since);
    return this.#deathTimes.length >= deathsMax;
  }

  #died(process: PerlProcess, reason: string): { readonly fault: ByteString } {
    process.close();
    this.#forgetProcess();
    this.#deathTimes.push(this.#clock.monotonicMs());
    const lost = 'what rule code kept in variables is lost';
    this.#options.log.error('PERL_DIED', `the Perl interpreter died: ${reason}; ${lost}`, {
      reason,
      generation: this.#generation - 1,
    });
    return { fault: `the Perl interpreter died: ${reason}` };
  }

  #forgetProcess(): void {
    this.#process = undefined;
    this.#generation += 1;
    this.#firstReference = this.#lastReference + 1;
    this.#released = [];
  }

  #noteReferences(items: readonly PerlArgument[]): void {
    for (const item of items) {
      if (isReference(item)) this.#lastReference = Math.max(this.#lastReference, item.reference);
    }
  }
}

function answerOf(kind: string, items: readonly PerlArgument[]): Answer {
  return kind === 'f' ? { fault: String(items[0]).replace(/\n+$/, '') } : { kind, items };
}

function valuesOf(answer: Answer): PerlOutcome {
  return 'fault' in answer ? answer : { values: answer.items.filter(isValue) };
}

function isValue(item: PerlArgument): item is PerlValue {
  return typeof item === 'string' || item === undefined || isReference(item);
}
