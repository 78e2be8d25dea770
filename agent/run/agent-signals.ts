import type { Log } from '../../platform/log.ts';
import type { PipelineHandle } from '../pipeline/start-pipeline.ts';

export type AgentSignal = 'SIGHUP' | 'SIGABRT' | 'SIGUSR1' | 'SIGUSR2' | 'SIGINT' | 'SIGTERM';

/** What `sigemul` calls them. */
const byName: ReadonlyMap<string, AgentSignal> = new Map([
  ['HUP', 'SIGHUP'],
  ['ABRT', 'SIGABRT'],
  ['USR1', 'SIGUSR1'],
  ['USR2', 'SIGUSR2'],
  ['INT', 'SIGINT'],
  ['TERM', 'SIGTERM'],
]);

/** What a running agent does at signals; those that stop it are the program's. */
export class AgentSignals {
  readonly #pipeline: PipelineHandle;
  readonly #log: Log;
  readonly #handlers: readonly (readonly [AgentSignal, () => void])[];
  /** A rule has stopped the agent; a second stop signal would end it at once. */
  #stopped = false;

  /** @param renew reads again what is not of the rules */
  constructor(pipeline: PipelineHandle, renew: () => void, log: Log) {
    this.#pipeline = pipeline;
    this.#log = log;
    const reload = () => {
      renew();
      pipeline.reload();
    };
    this.#handlers = [
      ['SIGHUP', reload],
      // Whoever knows SEC sends it for the soft restart that SIGHUP is here.
      ['SIGABRT', reload],
      ['SIGUSR1', () => void this.#tellStats()],
      ['SIGUSR2', () => pipeline.closeOutputs()],
    ];
  }

  /** From now on signals are heard. */
  listen(): void {
    for (const [signal, handle] of this.#handlers) process.on(signal, handle);
  }

  /** Signals do again what the system does. */
  ignore(): void {
    for (const [signal, handle] of this.#handlers) process.off(signal, handle);
  }

  /** A rule asks for what a signal does. */
  emulate(name: string): void {
    const signal = byName.get(name);
    if (signal === undefined) return;
    const stops = signal === 'SIGINT' || signal === 'SIGTERM';
    if (stops && this.#stopped) return;
    this.#stopped ||= stops;
    process.emit(signal, signal);
  }

  async #tellStats(): Promise<void> {
    const { stats } = await this.#pipeline.stats();
    if (stats === undefined) return;
    const { sources, rules, suspendedRules, operations, contexts, events, variables } = stats;
    const lines = sources.reduce((sum, source) => sum + source.lines, 0);
    const message = `${lines} lines of ${sources.length} sources went through ${rules} rules; there are ${operations} operations and ${contexts} contexts`;
    this.#log.info('STATE', message, {
      ...{ lines, sources: sources.length, rules, suspended: suspendedRules },
      ...{ operations, contexts, events, variables },
    });
  }
}
