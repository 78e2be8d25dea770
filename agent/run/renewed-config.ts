import { ConfigError, messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { formatProblem } from '../../platform/problem.ts';
import { isSameValue } from '../../platform/same-value.ts';
import type { AgentConfig } from '../config/agent-config.ts';

/** The configuration by which an agent runs; of a changed one it can take the receivers. */
export class RenewedConfig {
  readonly #load: () => AgentConfig;
  readonly #log: Log;
  #config: AgentConfig;

  /** @param load reads the configuration again, or throws a ConfigError */
  constructor(config: AgentConfig, load: () => AgentConfig, log: Log) {
    this.#config = config;
    this.#load = load;
    this.#log = log;
  }

  get config(): AgentConfig {
    return this.#config;
  }

  /**
   * Reads the configuration again, and takes over addresses, passwords and certificates of the receivers.
   * Gives it with those that are other ones now only; undefined when there is none. What cannot be taken
   * is told.
   */
  renew(): AgentConfig | undefined {
    const next = this.#read();
    if (next === undefined) return undefined;
    const before = this.#config;
    const namesOf = ({ receivers }: AgentConfig) => receivers.map(({ name }) => name);
    if (!isSameValue(rest(next), rest(before)) || !isSameValue(namesOf(next), namesOf(before))) {
      const message = 'a restart is needed for what has changed beside rules and receivers';
      this.#log.warn('RESTART_NEEDED', message);
    }
    const renewed = next.receivers.filter((receiver) =>
      before.receivers.some((old) => old.name === receiver.name && !isSameValue(old, receiver)),
    );
    if (renewed.length === 0) return undefined;
    const receivers = before.receivers.map(
      (old) => renewed.find(({ name }) => name === old.name) ?? old,
    );
    this.#config = { ...before, receivers };
    const names = renewed.map(({ name }) => name).join(', ');
    this.#log.info('RECEIVERS_RENEWED', `what the configuration says of ${names} holds now`);
    return { ...before, receivers: renewed };
  }

  #read(): AgentConfig | undefined {
    try {
      return this.#load();
    } catch (error) {
      const problems =
        error instanceof ConfigError ? error.problems.map(formatProblem) : [messageOf(error)];
      for (const problem of problems) this.#log.error('CONFIG_PROBLEM', problem);
      const message = 'the configuration cannot be used; receivers and all else go on as they were';
      this.#log.error('CONFIG_KEPT', message);
      return undefined;
    }
  }
}

/** What a running agent does not take over. The places of keys may move. */
function rest({ receivers: _, rulesPlace: __, inputs, ...others }: AgentConfig): object {
  return { ...others, inputs: inputs.map(({ place: ___, ...input }) => input) };
}
