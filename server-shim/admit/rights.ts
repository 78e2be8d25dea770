import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { NamePattern } from './name-pattern.ts';

/** What an identity may say; what no pattern allows is refused. */
export interface RightsPatterns {
  /** Hosts that it may report for. */
  readonly hosts: NamePattern;
  /** Services that it may report for, on those hosts. */
  readonly services: NamePattern;
  /** External commands that are no check results: `COMMAND;arguments`. */
  readonly commands: NamePattern;
}

/** Answers that are kept, so that a pattern is matched once for each name and not for each result. */
const keptAnswersMax = 10_000;

/** Longer names are judged each time, so that what is kept stays small. */
const keptNameMax = 256;

/** Decides what an identity may say. */
export class Rights {
  readonly #patterns: RightsPatterns;
  readonly #answers = new Map<string, string | undefined>();

  constructor(patterns: RightsPatterns) {
    this.#patterns = patterns;
  }

  /** Why a result of this host or of its service is refused; undefined when it is allowed. */
  refusal(host: ByteString, service: ByteString | null): string | undefined {
    const key = service === null ? `-${host}` : `${host.length} ${host}${service}`;
    if (this.#answers.has(key)) return this.#answers.get(key);
    const answer = this.#judge(host, service);
    if (key.length > keptNameMax) return answer;
    if (this.#answers.size >= keptAnswersMax) this.#answers.clear();
    this.#answers.set(key, answer);
    return answer;
  }

  /** Whether an external command that is no check result is allowed. */
  allowsCommand(command: ByteString): boolean {
    return this.#patterns.commands.matches(command);
  }

  #judge(host: ByteString, service: ByteString | null): string | undefined {
    if (!this.#patterns.hosts.matches(host)) return `it may not report for host ${quoted(host)}`;
    if (service === null || this.#patterns.services.matches(service)) return undefined;
    return `it may not report for service ${quoted(service)}`;
  }
}

function quoted(name: ByteString): string {
  return JSON.stringify(textOf(name).slice(0, 80));
}
