import { writeFileSync } from 'node:fs';
import { systemClock, unixSeconds } from '../../platform/clock.ts';
import { logTo } from '../../platform/log.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { LazyPerl } from '../perl/lazy-perl.ts';
import { noExtensions } from '../sec/language.ts';
import { levelAfterInterrupts } from '../sec-program/level-after-interrupts.ts';
import { OutputFiles } from '../sec-program/output-files.ts';
import { SecInputSet } from '../sec-program/sec-input-set.ts';
import type { SecOptions } from '../sec-program/sec-options.ts';
import { type RestartKind, SecProgram, secSignals } from '../sec-program/sec-program.ts';
import type { SecSources } from '../sec-program/sec-sources.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { ChildProcesses } from './child-processes.ts';
import { completeDetach } from './detach.ts';
import { isInteractive } from './is-interactive.ts';
import type { OptionSource } from './option-source.ts';
import { SecHost } from './sec-host.ts';
import { complain, type SecLog } from './sec-log.ts';
import type { SignalInbox } from './signal-inbox.ts';
import { Sleeper } from './sleeper.ts';
import { Sockets } from './sockets.ts';
import { writeDump } from './write-dump.ts';

/** How long rules may run before children, sockets and signals get their turn, in milliseconds. */
const turnMs = 50;

/** Rounds between two looks at the clock. */
const roundsPerLook = 32;

/** How long children have to notice SEC_SHUTDOWN before they get SIGTERM, in milliseconds. */
const shutdownWaitMs = 3000;

const now = () => unixSeconds(systemClock);

export interface SecSessionParts {
  readonly options: SecOptions;
  readonly optionSource: OptionSource;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: SecLog;
  /** Undefined when the rules are only checked. */
  readonly signals: SignalInbox | undefined;
  /** This process is to be the one in the background. */
  readonly inBackground: boolean;
}

/** SEC's program with the real world around it. */
export class SecSession {
  readonly #parts: SecSessionParts;
  readonly #files: OutputFiles;
  readonly #sockets: Sockets;
  readonly #children: ChildProcesses;
  readonly #perlSource: LazyPerl;
  readonly #sources: SecSources;
  readonly #program: SecProgram;
  readonly #sleeper = new Sleeper();
  readonly #startedAt = now();

  /** Reads the rules. */
  constructor(parts: SecSessionParts) {
    this.#parts = parts;
    const { options, log } = parts;
    const tell = log.log.bind(log);
    this.#files = new OutputFiles(tell, isInteractive());
    this.#children = new ChildProcesses(log, now);
    this.#perlSource = new LazyPerl({
      log: logTo(({ level, message }) => {
        if (level === 'error') tell(2, byteStringOf(message));
        else if (level === 'warn') tell(3, byteStringOf(message));
      }),
      onOutput: (text) => this.#files.print(text),
      programName: 'sec',
    });
    this.#sockets = new Sockets(tell, this.#perlSource, options.socketTimeout);
    const host = new SecHost({
      log,
      files: this.#files,
      sockets: this.#sockets,
      children: this.#children,
      onAddInput: (file, offset, context) => this.#sources.add(file, offset, context),
      onDropInput: (file) => {
        if (this.#sources.drop(file)) this.#program.engine.inputDropped(file);
      },
      onSignal: (name) => {
        const known = secSignals.find((signal) => signal === name);
        if (known !== undefined) this.#program.signal(known);
      },
    });
    this.#sources = new SecInputSet({
      options,
      host: () => host,
      now,
      startScript: (words) => {
        const number = this.#program.engine.children.add({ command: words.join(' ') });
        const command = { kind: 'words', words } as const;
        host.startProcess({ command, output: 'inherited', number });
      },
    });
    const perlSource = this.#perlSource;
    this.#program = new SecProgram({
      options,
      host,
      inputs: this.#sources,
      children: this.#children,
      extensions: noExtensions,
      now,
      dump: () => this.#dump(),
      rotate: () => this.#rotate(),
      announce: tell,
      stopwatch: () => systemClock.monotonicMs(),
      restart: (how) => this.#restart(how),
      interrupt: (count) => this.#interrupt(count),
      get perl() {
        return perlSource.perl;
      },
    });
    this.#children.onChange = () => this.#sleeper.wake();
  }

  /** False when a rule file cannot be read, or a rule had to be dropped. */
  get rulesAreValid(): boolean {
    return [...this.#program.files.values()].every(({ valid }) => valid);
  }

  /** Runs until nothing is left to do or TERM comes; the exit code. */
  async run(): Promise<number> {
    const { options, log, inBackground } = this.#parts;
    this.#sources.open();
    if (inBackground) {
      if (options.input.some(({ pattern }) => pattern === '-')) {
        log.log(1, "Can't become a daemon (stdin is specified as input), exiting!");
        return 1;
      }
      completeDetach();
      log.leaveTerminal();
      log.log(6, 'Daemonization complete');
    }
    if (!this.#writeProcessNumber()) return 1;
    if (isInteractive()) {
      const consequence = "SIGINT can't be used for changing the logging level";
      log.log(4, `Interactive process, ${consequence}`);
    }
    this.#program.start();
    this.#parts.signals?.deliver((name) => {
      this.#program.signal(name);
      this.#sleeper.wake();
    });
    await this.#loop();
    await this.#shutdown();
    return 0;
  }

  /** Ends what it has started. */
  async close(): Promise<void> {
    this.#files.closeAll();
    await this.#sockets.finish();
    this.#sources.close();
    this.#perlSource.close();
    await this.#parts.log.close();
  }

  async #loop(): Promise<void> {
    const program = this.#program;
    while (!program.ended) {
      const turnEnd = systemClock.monotonicMs() + turnMs;
      let idle = false;
      const onIdle = () => {
        idle = true;
      };
      let rounds = 0;
      do program.round(onIdle);
      while (
        !idle &&
        !program.ended &&
        (++rounds % roundsPerLook > 0 || systemClock.monotonicMs() < turnEnd)
      );
      this.#files.flush();
      if (program.ended) return;
      await this.#sleeper.sleep(idle ? program.options.pollTimeout * 1000 : 0);
      program.handleSignals();
    }
  }

  async #shutdown(): Promise<void> {
    const { childTerm, internalEvents } = this.#program.options;
    this.#program.shutdown();
    this.#files.flush();
    if (!childTerm) return;
    if (internalEvents) await new Sleeper().sleep(shutdownWaitMs);
    this.#children.terminate();
  }

  #writeProcessNumber(): boolean {
    const { pidFile } = this.#parts.options;
    if (pidFile === undefined) return true;
    try {
      writeFileSync(pidFile, `${process.pid}\n`);
      return true;
    } catch (error) {
      const reason = systemMessage(error);
      this.#parts.log.log(1, `Can't open pidfile ${pidFile} for writing (${reason}), exiting!`);
      return false;
    }
  }

  #rotate(): void {
    this.#files.closeAll();
    this.#sockets.closeAll();
    this.#reopenLog(this.#program.options);
  }

  #restart(how: RestartKind): SecOptions {
    const before = this.#program.options;
    if (how === 'full') {
      if (before.childTerm) this.#children.terminate();
      this.#children.forget();
    }
    this.#files.closeAll();
    this.#sockets.closeAll();
    const { options, complaints } = this.#parts.optionSource.read();
    for (const complaint of complaints) complain(complaint);
    this.#parts.log.level = options.debug;
    this.#sockets.timeout = options.socketTimeout;
    this.#reopenLog(options);
    return options;
  }

  #reopenLog(options: SecOptions): void {
    const { log } = this.#parts;
    // What syslog was told last goes out by itself.
    void log.close();
    log.open(options);
  }

  #interrupt(count: number): void {
    const { log } = this.#parts;
    const { level, message } = levelAfterInterrupts(log.level, count);
    log.level = level;
    log.always(message);
  }

  #dump(): void {
    const { log, optionSource, environment } = this.#parts;
    const parts = {
      program: this.#program,
      sources: this.#sources,
      children: this.#children.all,
      optionSource,
      environment,
      startedAt: this.#startedAt,
      now: now(),
    };
    writeDump(parts, log);
  }
}
