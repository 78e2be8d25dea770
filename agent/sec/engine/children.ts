import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { ActionOrigin } from '../contexts/context.ts';

/** What is done when a process of a rule has ended. */
export interface ScriptOutcomes {
  readonly description: ByteString;
  readonly origin: ActionOrigin;
  /** Run after exit code 0. */
  readonly success: readonly Action[];
  /** Run after any other. */
  readonly failure: readonly Action[];
}

/** A process that was started for a rule. */
export interface Child {
  readonly command: ByteString;
  /** The context of the events that its output lines become; undefined when it has no such output. */
  readonly eventContext?: ByteString;
  /** For SingleWithScript. */
  readonly outcomes?: ScriptOutcomes;
}

/** The processes that rules have started and that have not ended, by numbers of our own. */
export class Children {
  readonly #byNumber = new Map<number, Child>();
  #last = 0;

  /** Notes a process; the number is what the host reports about it with. */
  add(child: Child): number {
    this.#byNumber.set(++this.#last, child);
    return this.#last;
  }

  get(number: number): Child | undefined {
    return this.#byNumber.get(number);
  }

  /** Forgets a process. */
  remove(number: number): void {
    this.#byNumber.delete(number);
  }
}
