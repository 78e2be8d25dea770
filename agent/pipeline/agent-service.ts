import type { DatabaseSync } from 'node:sqlite';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import { isTrouble } from '../input/source-state.ts';
import type { OutboxWriter } from '../outbox/outbox-writer.ts';
import type { Savable } from './committer.ts';
import type { PipelineStats } from './pipeline-stats.ts';

export interface AgentServiceParts {
  readonly database: DatabaseSync;
  readonly outbox: OutboxWriter;
  readonly clock: Clock;
  readonly hostName: string;
  readonly service: string;
}

/** Plugin output ends at this byte: performance data follow it. */
const bar = /\|/g;
/** A character that looks alike. */
const brokenBar = byteStringOf('¦');

/** Inputs that a report names. */
const namedInputsMax = 5;

const ok = 0;
const warning = 1;
const unknown = 3;

/**
 * Reports about the agent itself, on a service of its own. It says that all is well
 * only after trouble, also trouble that was reported before a restart of the agent.
 */
export class AgentService implements Savable {
  readonly #parts: AgentServiceParts;
  /** The return code that was reported last, and the one that is known to be saved. */
  #reported: number;
  #saved: number;
  /** What is wrong now. */
  #trouble: ByteString | undefined;

  constructor(parts: AgentServiceParts) {
    this.#parts = parts;
    const row = parts.database.prepare(`SELECT value FROM meta WHERE name = 'agent_service'`).get();
    this.#saved = this.#reported = Number(row?.['value'] ?? ok);
  }

  /** Tells what is wrong; undefined: nothing is. */
  report(trouble: ByteString | undefined): void {
    this.#trouble = trouble;
    if (trouble !== undefined) this.#submit(unknown, trouble);
    else if (this.#reported !== ok) this.#submit(ok, 'no rule is suspended');
  }

  /** Reports that the agent is there, and what of it is not as it should be. */
  beat(stats: PipelineStats): void {
    const { sources, rules } = stats;
    const blind = sources.filter(({ trouble }) => isTrouble(trouble));
    const lines = sources.reduce((sum, source) => sum + source.lines, 0);
    const numbers = `${sources.length} inputs, ${rules} rules`;
    const names = blind
      .slice(0, namedInputsMax)
      .map(({ input, trouble }) => `${input} (${trouble})`);
    const text =
      blind.length === 0
        ? numbers
        : `${numbers}; ${blind.length} inputs cannot be read: ${names.join(', ')}`;
    const data = `'lines'=${lines}c;;;0 'inputs'=${sources.length};;;0 'rules'=${rules};;;0 'suspended'=${stats.suspendedRules};;;0`;
    const code = this.#trouble === undefined ? (blind.length === 0 ? ok : warning) : unknown;
    this.#add(code, `${(this.#trouble ?? byteStringOf(text)).replace(bar, brokenBar)} | ${data}`);
  }

  get hasChanges(): boolean {
    return this.#reported !== this.#saved;
  }

  save(): void {
    const put = `INSERT OR REPLACE INTO meta VALUES ('agent_service', ?)`;
    this.#parts.database.prepare(put).run(this.#reported);
  }

  saved(): void {
    this.#saved = this.#reported;
  }

  #submit(returnCode: number, text: ByteString): void {
    this.#reported = returnCode;
    this.#add(returnCode, text.replace(bar, brokenBar));
  }

  #add(returnCode: number, output: ByteString): void {
    const { outbox, clock, hostName, service } = this.#parts;
    outbox.add({
      host: byteStringOf(hostName),
      service: byteStringOf(service),
      returnCode,
      output,
      time: unixSeconds(clock),
    });
  }
}
