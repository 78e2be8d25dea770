import type { ByteString } from '../../protocol/byte-string.ts';
import { Engine } from '../sec/engine/engine.ts';
import type { Host, SecLogLevel } from '../sec/engine/host.ts';
import type { Language } from '../sec/language.ts';
import { type LoadedFile, type LoadedFiles, loadRuleFiles } from './rule-files.ts';
import type { Stopwatch } from './rule-usage.ts';
import { type SecChildren, type SecInputs, SecLoop } from './sec-loop.ts';
import type { SecOptions } from './sec-options.ts';

/** The signals that SEC knows, in the order in which it looks at those that came. */
export const secSignals = ['HUP', 'ABRT', 'USR1', 'USR2', 'INT', 'TERM'] as const;

export type SecSignal = (typeof secSignals)[number];

/** HUP begins anew, ABRT keeps what has not changed. */
export type RestartKind = 'full' | 'soft';

export interface SecProgramParts extends Language {
  readonly options: SecOptions;
  readonly host: Host;
  readonly inputs: SecInputs & {
    /** After a full restart: inputs are opened anew, at their end. */
    reopen(how: RestartKind, options: SecOptions): void;
  };
  readonly children: SecChildren;
  readonly now: () => number;
  /** For the time that rules take, when an option asks for it. */
  readonly stopwatch?: Stopwatch;
  /** Writes a dump. */
  readonly dump: () => void;
  /** Closes outputs and begins new logs. */
  readonly rotate: () => void;
  /** Tells of starting and restarting. */
  readonly announce?: (level: SecLogLevel, text: ByteString) => void;
  /** Gets ready for a restart: closes, reads the options anew. */
  readonly restart?: (how: RestartKind) => SecOptions;
  /** INT came so many times. */
  readonly interrupt?: (count: number) => void;
}

/** SEC as a program: its rule files, its main loop, its signals. */
export class SecProgram {
  readonly #parts: SecProgramParts;
  /** How often each signal came. */
  readonly #signals = new Map<SecSignal, number>();
  /** Signals came since they were handled last. */
  #signalled = false;
  #options: SecOptions;
  #files: LoadedFiles = new Map();
  #engine: Engine;
  readonly #loop: SecLoop;
  #stopping = false;
  /** Internal events that went through the rules. */
  #internalEvents = 0;
  #loadedAt: number;
  readonly #startedAt: number;

  constructor(parts: SecProgramParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#startedAt = parts.now();
    this.#loadedAt = this.#startedAt;
    this.#files = this.#loadRules(new Map());
    this.#engine = this.#newEngine();
    this.#loop = this.#newLoop();
  }

  /** The engine that runs at the moment; a restart brings a new one. */
  get engine(): Engine {
    return this.#engine;
  }

  /** The options that hold at the moment; a restart may bring others. */
  get options(): SecOptions {
    return this.#options;
  }

  /** The rule files as they were read last. */
  get files(): LoadedFiles {
    return this.#files;
  }

  /** When rules and options were read last, in Unix time. */
  get loadedAt(): number {
    return this.#loadedAt;
  }

  /** Lines that went through the rules, synthetic ones among them. */
  get processed(): number {
    return this.#internalEvents + this.#loop.processed;
  }

  /** True when nothing is left to do, or TERM came. */
  get ended(): boolean {
    return this.#stopping || this.#loop.ended;
  }

  /** What comes before the first line. */
  start(): void {
    this.#internalEvent('SEC_STARTUP');
    this.#loop.begin();
  }

  /** A round of the main loop; signals are handled at its end. */
  round(idle: () => void): void {
    this.#loop.round(idle);
    this.handleSignals();
  }

  /** What comes after the last line. */
  shutdown(): void {
    this.#internalEvent('SEC_SHUTDOWN');
  }

  /** Notes a signal; it is handled between lines. */
  signal(name: SecSignal): void {
    this.#signalled = true;
    this.#signals.set(name, (this.#signals.get(name) ?? 0) + 1);
  }

  /**
   * Does what the signals that came ask for, in the order of `secSignals`. What rules
   * send themselves meanwhile (sigemul) is lost when it is the signal that is being
   * handled, and when its turn is over it waits for the next signal.
   */
  handleSignals(): void {
    if (!this.#signalled) return;
    for (const name of secSignals) {
      const count = this.#signals.get(name);
      if (count !== undefined) this.#handle(name, count);
      this.#signals.delete(name);
    }
    this.#signalled = false;
  }

  #handle(name: SecSignal, count: number): void {
    const { host } = this.#parts;
    switch (name) {
      case 'HUP':
        host.log(4, 'SIGHUP received: full restart of SEC');
        this.#restart('full');
        break;
      case 'ABRT':
        host.log(4, 'SIGABRT received: soft restart of SEC');
        this.#restart('soft');
        break;
      case 'USR1':
        host.log(4, 'SIGUSR1 received: dumping performance and debug data');
        this.#parts.dump();
        break;
      case 'USR2':
        host.log(4, 'SIGUSR2 received: closing outputs and restarting logging');
        this.#internalEvent('SEC_PRE_LOGROTATE');
        this.#parts.rotate();
        this.#internalEvent('SEC_LOGROTATE');
        break;
      case 'INT':
        this.#parts.interrupt?.(count);
        break;
      case 'TERM':
        host.log(4, 'SIGTERM received: shutting down SEC');
        this.#stopping = true;
        break;
    }
  }

  /**
   * Goes on with another engine on rules that were read anew, of which nothing is told.
   * @param handOver gives it what the one before knows
   */
  exchangeEngine(handOver: (before: Engine, next: Engine) => void): void {
    const before = this.#engine;
    this.#files = this.#loadRules(new Map(), { host: { log: () => {} } });
    this.#engine = this.#newEngine();
    handOver(before, this.#engine);
    this.#loop.useEngine(this.#engine);
  }

  #restart(how: RestartKind): void {
    const { announce, restart, inputs, now } = this.#parts;
    this.#internalEvent(how === 'full' ? 'SEC_PRE_RESTART' : 'SEC_PRE_SOFTRESTART');
    this.#options = restart?.(how) ?? this.#options;
    this.#loadedAt = now();
    const before = this.#engine;
    const filesBefore = this.#files;
    this.#files = this.#loadRules(how === 'soft' ? filesBefore : new Map<string, LoadedFile>());
    const changed = [...filesBefore.keys()].filter(
      (file) => this.#files.get(file)?.checked !== filesBefore.get(file)?.checked,
    );
    if (how === 'soft') {
      for (const file of changed) {
        const count = [...before.operations.all].filter((operation) => operation.file === file);
        const what = `all event correlation operations started from ${file}`;
        announce?.(6, `Terminating ${what}, number of operations: ${count.length}`);
      }
    }
    this.#engine = this.#newEngine();
    this.#engine.takeOverLines(before);
    // Delayed events are forgotten at a full restart, those that wait for their turn are not.
    if (how === 'full') this.#engine.events.takeOverReady(before.events);
    else this.#engine.takeOver(before, new Set(changed));
    this.#loop.useEngine(this.#engine);
    inputs.reopen(how, this.#options);
    this.#internalEvent(how === 'full' ? 'SEC_RESTART' : 'SEC_SOFTRESTART');
  }

  #internalEvent(name: ByteString): void {
    if (!this.#options.internalEvents) return;
    const { host, now } = this.#parts;
    host.log(5, "Creating SEC internal context 'SEC_INTERNAL_EVENT'");
    host.log(5, `Creating SEC internal event '${name}'`);
    this.#engine.processInternalEvent(name, now());
    host.log(5, "Deleting SEC internal context 'SEC_INTERNAL_EVENT'");
    this.#internalEvents++;
  }

  #newEngine(): Engine {
    const { eventStoreSize, quoting, internalContexts, jointBuffer, bufferSize } = this.#options;
    const { prefilter, rulePerformance } = this.#options;
    return new Engine({
      files: [...this.#files.values()].map(({ checked }) => checked),
      host: this.#parts.host,
      perlSource: this.#parts,
      startedAt: this.#startedAt,
      options: {
        eventStoreSize,
        quoting,
        internalContexts,
        jointBuffer,
        bufferSize: bufferSize === 0 ? undefined : bufferSize,
        // What is told about a rule then counts the lines that it was tried on.
        prefilter: prefilter && !rulePerformance,
      },
    });
  }

  #newLoop(): SecLoop {
    const { inputs, children, now } = this.#parts;
    const cleanTime = () => this.#options.cleanTime;
    return new SecLoop({ engine: this.#engine, inputs, children, now, cleanTime });
  }

  #loadRules(
    known: LoadedFiles,
    tell: Pick<SecProgramParts, 'announce'> & { readonly host: Pick<Host, 'log'> } = this.#parts,
  ): LoadedFiles {
    const { host, announce = () => {} } = tell;
    const { now, stopwatch } = this.#parts;
    const { conf, bufferSize, rulePerformance, testOnly } = this.#options;
    const patternLinesMax = bufferSize === 0 ? undefined : bufferSize;
    const files = loadRuleFiles(conf, known, {
      language: languageOf(this.#parts, patternLinesMax),
      host,
      announce,
      now: now(),
      stopwatch: rulePerformance ? stopwatch : undefined,
    });
    if (bufferSize === 0 && !testOnly) {
      const rules = [...files.values()].flatMap(({ checked }) => checked.rules);
      const lines = rules.reduce((most, { windowLines }) => Math.max(most, windowLines), 1);
      const reason = 'No --bufsize command line option or --bufsize=0';
      announce(6, `${reason}, setting --bufsize to ${lines}`);
    }
    return files;
  }
}

/** The language of the parts; its perl is looked for when a rule asks for it. */
function languageOf(parts: SecProgramParts, patternLinesMax: number | undefined): Language {
  return {
    extensions: parts.extensions,
    patternLinesMax,
    get perl() {
      return parts.perl;
    },
  };
}
