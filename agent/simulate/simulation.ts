import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { type ByteString, byteStringFrom, bytesOf, textOf } from '../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../sec/language.ts';
import type { Perl } from '../sec/perl/perl.ts';
import { writeDump } from '../sec-command/write-dump.ts';
import { levelAfterInterrupts } from '../sec-program/level-after-interrupts.ts';
import { SecInputSet } from '../sec-program/sec-input-set.ts';
import type { SecOptions } from '../sec-program/sec-options.ts';
import { SecProgram, secSignals } from '../sec-program/sec-program.ts';
import type { ScenarioStep } from './scenario.ts';
import { SimulatedStdin } from './simulated-inputs.ts';
import type { Transcript } from './transcript.ts';
import { VirtualClock } from './virtual-clock.ts';
import { VirtualHost } from './virtual-host.ts';

export interface SimulationParts {
  readonly options: SecOptions;
  readonly steps: readonly ScenarioStep[];
  /** What a dump tells of the options that were given, and of the environment. */
  readonly secWords: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Unix time in seconds at which it begins. */
  readonly start: number;
  readonly extensions: LanguageExtensions;
  /** A file descriptor for what processes and Perl code write to standard error. */
  readonly standardError: number;
  /** Makes the interpreter; what its code prints goes to the given function. */
  readonly perl: (
    onOutput: (text: ByteString) => void,
    now: () => number,
  ) => ClosablePerl | undefined;
  readonly transcript: Transcript;
  /** Called whenever nothing is left to do, before the next step or second: for tests. */
  readonly onIdle?: ((program: SecProgram) => void) | undefined;
}

/** An interpreter that ends with the simulation. */
export interface ClosablePerl extends Perl {
  close(): void;
}

/** Rounds in which files may still have something, after the end of the scenario. */
const idleRoundsBeforeEnd = 3;

/** Runs rules on a scenario: whenever SEC has nothing to do, the next step happens. */
export class Simulation {
  readonly #clock: VirtualClock;
  readonly #host: VirtualHost;
  readonly #program: SecProgram;
  readonly #stdin = new SimulatedStdin();
  readonly #inputs: SecInputSet;
  readonly #parts: SimulationParts;
  readonly #perl: ClosablePerl | undefined;
  readonly #steps: ScenarioStep[];
  /** Seconds that still have to pass, one after the other. */
  #ticks = 0;
  /** Idle rounds since the scenario was at its end. */
  #finished = 0;
  /** Seconds by which the clock jumps when inputs are looked at next. */
  #skip = 0;

  constructor(parts: SimulationParts) {
    const { options, steps, start, extensions, perl, transcript, standardError } = parts;
    this.#parts = parts;
    this.#clock = new VirtualClock(start);
    this.#steps = [...steps];
    this.#host = new VirtualHost({
      clock: this.#clock,
      transcript,
      standardError,
      debug: options.debug,
      onSignal: (name) => this.#signal(name),
      onAddInput: (file, offset, context) => this.#inputs.add(file, offset, context),
      onDropInput: (file) => this.#dropInput(file),
    });
    this.#perl = perl(
      (text) => this.#host.print(text),
      () => this.#clock.now,
    );
    this.#inputs = new SecInputSet({
      options,
      host: () => this.#host,
      now: () => this.#clock.now,
      standardInput: this.#stdin,
      startScript: (words) => this.#startScript(words),
      onRound: () => {
        this.#clock.now += this.#skip;
        this.#skip = 0;
      },
    });
    this.#program = new SecProgram({
      options,
      host: this.#host,
      inputs: this.#inputs,
      children: this.#host,
      perl: this.#perl,
      extensions,
      now: () => this.#clock.now,
      dump: () => this.#dump(),
      rotate: () => this.#host.closeFiles(),
      announce: (level, text) => this.#host.log(level, text),
      restart: () => this.#restart(),
      interrupt: (count) => this.#interrupt(count),
    });
  }

  /** Runs to the end; what happened is in the transcript. */
  run(): void {
    if (this.#parts.options.testOnly) {
      const valid = [...this.#program.files.values()].every((file) => file.valid);
      this.#parts.transcript.exitCode = valid ? 0 : 1;
    } else this.#play();
    this.#host.closeFiles();
    this.#perl?.close();
  }

  #play(): void {
    this.#inputs.open();
    this.#program.start();
    while (!this.#program.ended) this.#program.round(() => this.#idle());
    this.#program.shutdown();
    this.#inputs.close();
  }

  #dump(): void {
    const { start, secWords, environment } = this.#parts;
    const parts = {
      program: this.#program,
      sources: this.#inputs,
      children: [],
      optionSource: { words: secWords, resourceFile: undefined },
      environment,
      startedAt: start,
      now: this.#clock.now,
    };
    writeDump(parts, this.#host);
  }

  #restart(): SecOptions {
    this.#host.closeFiles();
    const { options } = this.#parts;
    this.#host.level = options.debug;
    return options;
  }

  #interrupt(count: number): void {
    const { level, message } = levelAfterInterrupts(this.#host.level, count);
    this.#host.level = level;
    this.#host.always(message);
  }

  /** The script that is told of silent inputs. */
  #startScript(words: readonly ByteString[]): void {
    const number = this.#program.engine.children.add({ command: words.join(' ') });
    this.#host.startProcess({ command: { kind: 'words', words }, output: 'inherited', number });
  }

  #dropInput(file: ByteString): void {
    if (this.#inputs.drop(file)) this.#program.engine.inputDropped(file);
  }

  #idle(): void {
    // Processes take no time: what they did is told before anything else happens.
    if (this.#host.running > 0) return;
    this.#parts.onIdle?.(this.#program);
    if (this.#ticks > 0) {
      this.#tick();
      return;
    }
    for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) {
      if (this.#take(step) === 'done') return;
    }
    if (this.#finished === 0) {
      this.#note('<EOF>');
      this.#stdin.finish();
    }
    // What goes on without end is ended by a signal, when nothing more comes of the files.
    if (this.#finished > idleRoundsBeforeEnd) this.#signal('TERM');
    this.#finished++;
  }

  /** A second passes; or all of them up to the moment at which something may happen. */
  #tick(): void {
    const next = this.#looksEachSecond
      ? this.#clock.now
      : this.#program.engine.nextDueAt(this.#clock.now);
    const idle = next === undefined ? this.#ticks : next - this.#clock.now;
    const seconds = Math.max(1, Math.min(this.#ticks, idle));
    this.#ticks -= seconds;
    this.#clock.now += seconds;
  }

  /** True when each second may bring something: a look at files, or housekeeping now and then. */
  get #looksEachSecond(): boolean {
    const { tail, inputTimeout, reopenTimeout, checkTimeout, cleanTime } = this.#parts.options;
    return tail || cleanTime > 1 || inputTimeout > 0 || reopenTimeout > 0 || checkTimeout > 0;
  }

  /** Does a step; `go on` when the next one follows without SEC looking in between. */
  #take(step: ScenarioStep): 'done' | 'go on' {
    switch (step.kind) {
      case 'lines':
        for (const line of step.lines) this.#note(line);
        this.#stdin.write(step.lines.map((line) => `${line}\n`).join(''));
        return 'done';
      case 'partial':
        this.#note(`${step.text}<no-newline>`);
        this.#stdin.write(step.text);
        return 'done';
      case 'wait':
        return this.#wait(step.seconds);
      case 'wait until':
        return this.#wait(epochOf(step.time) - this.#clock.now);
      case 'skip':
        this.#skip += step.seconds;
        return 'go on';
      case 'jump':
        this.#clock.now += step.seconds;
        return 'done';
      case 'append':
        this.#note(`${step.file}: ${step.text}`);
        appendFileSync(bytesOf(step.file), bytesOf(`${step.text}\n`));
        return 'done';
      case 'shell':
        this.#note(`sh: ${step.command}`);
        this.#shell(step.command);
        return 'done';
      case 'signal':
        this.#note(`signal ${step.name}`);
        this.#signal(step.name);
        return 'done';
      case 'idle':
        if (step.rounds > 1) this.#steps.unshift({ kind: 'idle', rounds: step.rounds - 1 });
        return 'done';
      case 'end':
        this.#steps.length = 0;
        return 'go on';
    }
  }

  #wait(seconds: number): 'done' | 'go on' {
    if (seconds <= 0) return 'go on';
    this.#ticks = seconds;
    this.#tick();
    return 'done';
  }

  #note(text: ByteString): void {
    const time = this.#clock.sinceStart + this.#skip;
    this.#parts.transcript.add({ time, kind: 'I', text });
  }

  #shell(command: ByteString): void {
    const ran = spawnSync('/bin/sh', ['-c', textOf(command)], {
      stdio: ['ignore', 'pipe', this.#parts.standardError],
    });
    const time = this.#clock.sinceStart + this.#skip;
    this.#parts.transcript.addOutput(time, byteStringFrom(ran.stdout));
  }

  #signal(name: ByteString): void {
    const known = secSignals.find((signal) => signal === name);
    if (known !== undefined) this.#program.signal(known);
  }
}

function epochOf(time: Extract<ScenarioStep, { kind: 'wait until' }>['time']): number {
  if (typeof time === 'number') return time;
  const [year, month, day, hour, minute, second] = time;
  return Math.floor(new Date(year, month - 1, day, hour, minute, second).getTime() / 1000);
}
