import type { DatabaseSync } from 'node:sqlite';
import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { OutboxWriter } from '../outbox/outbox-writer.ts';
import type { Savable } from './committer.ts';

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

const ok = 0;
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

  constructor(parts: AgentServiceParts) {
    this.#parts = parts;
    const row = parts.database.prepare(`SELECT value FROM meta WHERE name = 'agent_service'`).get();
    this.#saved = this.#reported = Number(row?.['value'] ?? ok);
  }

  /** Tells what is wrong; undefined: nothing is. */
  report(trouble: ByteString | undefined): void {
    if (trouble !== undefined) this.#submit(unknown, trouble);
    else if (this.#reported !== ok) this.#submit(ok, 'no rule is suspended');
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
    const { outbox, clock, hostName, service } = this.#parts;
    this.#reported = returnCode;
    outbox.add({
      host: byteStringOf(hostName),
      service: byteStringOf(service),
      returnCode,
      output: text.replace(bar, brokenBar),
      time: unixSeconds(clock),
    });
  }
}
