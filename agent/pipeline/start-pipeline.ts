import { type Clock, systemClock } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type Hold, HoldDetector, type WorkSample } from './hold-detector.ts';
import type { CarriedRules, FromPipeline, PipelineConfig } from './pipeline-messages.ts';
import { PipelineWorker } from './pipeline-worker.ts';
import { processProcessorMs, threadProcessorMs } from './processor-time.ts';
import { type KnownStats, StatsRequests } from './stats-requests.ts';
import { newNotes, readNotes } from './work-notes.ts';

/** Between two looks at what the thread is at, in milliseconds: while a rule is at work, and while none is. */
const lookIntervalMs = 250;
const idleLookIntervalMs = 500;

/** A running pipeline, seen from the main thread. */
export interface PipelineHandle {
  /** Settles when all inputs have ended or after stop(); rejects when the pipeline failed. */
  readonly finished: Promise<void>;
  /**
   * Stops reading; `finished` settles when everything read is in the outbox. A rule
   * that is still at work at the deadline is ended by force, and `finished` rejects.
   */
  stop(deadlineMs: number): void;
  /** Looks at the rule files again; what it finds is logged. */
  reload(): void;
  /** Closes what rules write to, for who has renamed it. */
  closeOutputs(): void;
  /** How it is, as far as it answers soon. */
  stats(): Promise<KnownStats>;
}

export interface PipelineListener {
  /** New results are in the outbox. */
  onResults(): void;
  /** A rule asks for what a signal of SEC's does. */
  onSignal(name: string): void;
}

/**
 * Starts the thread that follows inputs and runs rules, and watches it: when a rule holds a line
 * for too long, another thread takes over from the last checkpoint, without that rule.
 */
export function startPipeline(
  config: PipelineConfig,
  log: Log,
  listener: PipelineListener,
): PipelineHandle {
  return new WatchedPipeline(config, log, listener, systemClock);
}

class WatchedPipeline implements PipelineHandle {
  readonly finished: Promise<void>;
  readonly #config: PipelineConfig;
  readonly #log: Log;
  readonly #listener: PipelineListener;
  readonly #clock: Clock;
  readonly #settle: PromiseWithResolvers<void> = Promise.withResolvers();
  #worker: PipelineWorker;
  readonly #detector: HoldDetector;
  readonly #statsRequests: StatsRequests;
  #notes = newNotes();
  #threadId: number | undefined;
  #rules: CarriedRules = { texts: new Map(), suspended: [] };
  #cancelLook: () => void = () => {};
  #cancelForce: () => void = () => {};
  #isStopping = false;
  /** It was told to look at the rule files, and has not said yet that it did. */
  #isReloading = false;
  #isOver = false;

  constructor(config: PipelineConfig, log: Log, listener: PipelineListener, clock: Clock) {
    this.#config = config;
    this.#log = log;
    this.#listener = listener;
    this.#clock = clock;
    this.finished = this.#settle.promise;
    this.#detector = new HoldDetector(config.holdLimits);
    this.#statsRequests = new StatsRequests(clock);
    this.#worker = this.#start(undefined);
    this.#lookLater();
  }

  reload(): void {
    this.#isReloading = true;
    this.#worker.tell({ kind: 'reload' });
  }

  closeOutputs(): void {
    this.#worker.tell({ kind: 'close outputs' });
  }

  stats(): Promise<KnownStats> {
    return this.#statsRequests.ask(() => this.#worker.tell({ kind: 'stats' }));
  }

  stop(deadlineMs: number): void {
    // It may be told so again, also after its end, by whoever did not know: no timer may stay behind.
    if (this.#isOver) return;
    this.#cancelForce();
    this.#isStopping = true;
    this.#worker.tell({ kind: 'stop' });
    this.#cancelForce = this.#clock.setTimer(deadlineMs, () => {
      void this.#worker.end();
      const message = 'the rules were ended by force: one was still at work at the deadline';
      this.#fail(new NagtailError('PIPELINE_FAILED', message));
    });
  }

  #start(hold: Hold | undefined): PipelineWorker {
    const after = hold && { rules: this.#rules, hold };
    const start = { config: this.#config, notes: this.#notes, after };
    return new PipelineWorker(start, {
      onMessage: (message) => this.#take(message),
      onFailure: (error) => this.#fail(error),
    });
  }

  #take(message: FromPipeline): void {
    switch (message.kind) {
      case 'log': {
        const { level, code, message: text, fields } = message.record;
        this.#log[level](code, text, fields);
        break;
      }
      case 'thread':
        this.#threadId = message.id;
        break;
      case 'rules':
        this.#rules = message.rules;
        this.#isReloading = false;
        break;
      case 'ready': {
        const { inputs, rules } = message;
        this.#log.info('READY', `following ${inputs} inputs with ${rules} rules`, {
          inputs,
          rules,
        });
        break;
      }
      case 'stats':
        this.#statsRequests.answered(message.stats);
        break;
      case 'results':
        this.#listener.onResults();
        break;
      case 'signal':
        this.#listener.onSignal(message.name);
        break;
      case 'finished':
        this.#end();
        this.#settle.resolve();
        break;
      case 'failed':
        void this.#endAfter(new NagtailError(message.code, message.message));
        break;
    }
  }

  /** Fails when the thread has let go of the store. */
  async #endAfter(error: NagtailError): Promise<void> {
    await this.#worker.end();
    this.#fail(error);
  }

  #fail(error: NagtailError): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelLook();
    this.#cancelForce();
  }

  #lookLater(): void {
    const isIdle = readNotes(this.#notes).place === undefined;
    this.#cancelLook = this.#clock.setTimer(isIdle ? idleLookIntervalMs : lookIntervalMs, () => {
      const hold = this.#detector.look(this.#sample());
      if (hold === undefined) this.#lookLater();
      else void this.#free(hold);
    });
  }

  #sample(): WorkSample {
    const work = readNotes(this.#notes);
    const atMs = this.#clock.monotonicMs();
    const { perlPid = 0 } = work;
    // Looked at only while it counts. Where it cannot be told the time that passes has to do.
    const thread = work.place === undefined ? 0 : threadProcessorMs(this.#threadId);
    const perl = work.perlWork === undefined ? 0 : processProcessorMs(perlPid);
    return { work, atMs, threadMs: thread ?? atMs, perlMs: perl ?? atMs };
  }

  /** Ends what holds the line, and goes on from the last checkpoint without the rule. */
  async #free(hold: Hold): Promise<void> {
    const { perlPid } = readNotes(this.#notes);
    if (hold.pid !== undefined) kill(hold.pid);
    if (perlPid !== undefined) this.#tellPerlLost(hold);
    if (hold.place === undefined) {
      this.#lookLater();
      return;
    }
    await this.#worker.end();
    if (this.#isOver) return;
    this.#notes = newNotes();
    this.#threadId = undefined;
    this.#worker = this.#start(hold);
    // What the thread before was told and did not come to.
    if (this.#isReloading) this.#worker.tell({ kind: 'reload' });
    if (this.#isStopping) this.#worker.tell({ kind: 'stop' });
    // What the thread had committed and not told.
    this.#listener.onResults();
    this.#lookLater();
  }

  #tellPerlLost({ by, limitMs }: Hold): void {
    const why =
      by === 'rule' ? 'a rule held a line' : `it did not answer within ${limitMs / 1_000} s`;
    const message = `perl was ended because ${why}: what rule code kept in variables is lost`;
    this.#log.error('PERL_ENDED', message);
  }
}

/** Kills perl; one that has ended by itself is all the better. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // There is no such process any more.
  }
}
