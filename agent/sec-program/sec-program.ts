import { globSync, readFileSync, statSync } from 'node:fs';
import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';
import { Engine } from '../sec/engine/engine.ts';
import type { Host } from '../sec/engine/host.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import type { Language } from '../sec/language.ts';
import { type RuleFileReading, readRuleFile } from '../sec/rule-file/read-rule-file.ts';
import { type SecChildren, type SecInputs, SecLoop } from './sec-loop.ts';
import type { SecOptions } from './sec-options.ts';

/** What a signal makes SEC do. */
export type SecSignal = 'HUP' | 'ABRT' | 'USR1' | 'USR2' | 'INT' | 'TERM';

export interface SecProgramParts extends Language {
  readonly options: SecOptions;
  readonly host: Host;
  readonly inputs: SecInputs & {
    /** After a full restart: inputs are opened anew, at their end. */
    reopen(how: 'full' | 'soft'): void;
  };
  readonly children: SecChildren;
  readonly now: () => number;
  /** Writes a dump. */
  readonly dump: (engine: Engine) => void;
  /** Closes outputs and begins new logs. */
  readonly rotate: () => void;
}

/** A rule file that was read, and when it had been changed last. */
interface LoadedFile {
  readonly checked: CheckedRuleFile;
  readonly changedAtMs: number;
}

/** SEC as a program: its rule files, its main loop, its signals. */
export class SecProgram {
  readonly #parts: SecProgramParts;
  readonly #signals: SecSignal[] = [];
  #files = new Map<string, LoadedFile>();
  #engine: Engine;
  #loop: SecLoop;
  #stopping = false;

  constructor(parts: SecProgramParts) {
    this.#parts = parts;
    this.#files = this.#loadRules(new Map());
    this.#engine = this.#newEngine();
    this.#loop = this.#newLoop();
  }

  /** The engine that runs at the moment; a restart brings a new one. */
  get engine(): Engine {
    return this.#engine;
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
    for (let name = this.#signals.shift(); name !== undefined; name = this.#signals.shift()) {
      this.#handle(name);
    }
  }

  /** What comes after the last line. */
  shutdown(): void {
    this.#internalEvent('SEC_SHUTDOWN');
  }

  /** Notes a signal; it is handled between lines. */
  signal(name: SecSignal): void {
    this.#signals.push(name);
  }

  #handle(name: SecSignal): void {
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
        this.#parts.dump(this.#engine);
        break;
      case 'USR2':
        host.log(4, 'SIGUSR2 received: closing outputs and restarting logging');
        this.#internalEvent('SEC_PRE_LOGROTATE');
        this.#parts.rotate();
        this.#internalEvent('SEC_LOGROTATE');
        break;
      case 'INT':
        host.log(4, 'SIGINT received: changing debug level');
        break;
      case 'TERM':
        host.log(4, 'SIGTERM received: shutting down SEC');
        this.#stopping = true;
        break;
    }
  }

  #restart(how: 'full' | 'soft'): void {
    this.#internalEvent(how === 'full' ? 'SEC_PRE_RESTART' : 'SEC_PRE_SOFTRESTART');
    const before = this.#engine;
    const kept = how === 'soft' ? this.#files : new Map<string, LoadedFile>();
    const files = this.#loadRules(kept);
    const changed = [...this.#files.keys()].filter(
      (file) => files.get(file)?.checked !== this.#files.get(file)?.checked,
    );
    this.#files = files;
    this.#engine = this.#newEngine();
    this.#engine.takeOverLines(before);
    if (how === 'soft') this.#engine.takeOver(before, new Set(changed));
    this.#loop = this.#newLoop();
    this.#parts.inputs.reopen(how);
    this.#internalEvent(how === 'full' ? 'SEC_RESTART' : 'SEC_SOFTRESTART');
  }

  #internalEvent(name: ByteString): void {
    if (this.#parts.options.internalEvents) {
      this.#engine.processInternalEvent(name, this.#parts.now());
    }
  }

  #newEngine(): Engine {
    const { host, options } = this.#parts;
    const { eventStoreSize, quoting, internalContexts, jointBuffer, bufferSize } = options;
    return new Engine({
      files: [...this.#files.values()].map(({ checked }) => checked),
      host,
      perlSource: this.#parts,
      options: {
        eventStoreSize,
        quoting,
        internalContexts,
        jointBuffer,
        bufferSize: bufferSize === 0 ? undefined : bufferSize,
      },
    });
  }

  #newLoop(): SecLoop {
    const { inputs, children, now, options } = this.#parts;
    return new SecLoop({
      engine: this.#engine,
      inputs,
      children,
      now,
      cleanTime: options.cleanTime,
    });
  }

  /** Reads the rule files anew; one that has not changed since it was read is kept. */
  #loadRules(known: ReadonlyMap<string, LoadedFile>): Map<string, LoadedFile> {
    const files = new Map<string, LoadedFile>();
    const paths = this.#parts.options.conf.flatMap((pattern) => globSync(pattern).sort());
    for (const path of new Set(paths)) {
      const changedAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const before = known.get(path);
      if (before?.changedAtMs === changedAtMs) files.set(path, before);
      else files.set(path, { checked: this.#readRules(path), changedAtMs });
    }
    return files;
  }

  #readRules(path: string): CheckedRuleFile {
    const { host } = this.#parts;
    const reading = readRuleFile(byteStringFrom(readFileSync(path)), path, this.#parts);
    tellRuleProblems(reading, path, host);
    return reading.checked;
  }
}

/** Logs the findings of a rule file in SEC's own form. */
function tellRuleProblems({ problems }: RuleFileReading, file: string, host: Host): void {
  for (const { severity, line, ruleLine, message, lineText } of problems) {
    const level = severity === 'error' ? 2 : 3;
    if (ruleLine !== undefined) host.log(level, `Rule in ${file} at line ${ruleLine}: ${message}`);
    else if (lineText !== undefined) {
      host.log(level, `${file} line ${line} (${lineText}): ${message}`);
    } else host.log(level, message);
  }
}
