import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { SendOption } from './send-option.ts';
import type { SendRequest } from './send-request.ts';
import type { SendTarget } from './send-target.ts';

/** What sending needs of its world. */
export interface SendParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this machine. */
  readonly hostName: string;
}

/** A protocol in which receivers on the command line are spoken to. */
export interface SendProtocol {
  /** What its real client is called. */
  readonly client: string;
  /** How a receiver is named: `-H HOST`. */
  readonly receiver: string;
  /** The options of the real client. */
  readonly clientOptions: readonly SendOption[];
  /** What the real client does not have. */
  readonly ownOptions: readonly SendOption[];
  /** The real client takes `-vv` for `-v -v`, and `-Hhost` for `-H host`. */
  readonly splitsLetters: boolean;
  /** A receiver need not be named. */
  readonly knowsReceiver: boolean;
  /** What else must be given, and is not; or two things of which one can only be. */
  readonly missing?: (request: SendRequest) => string | undefined;
  /**
   * The receivers that the command line names, with the configuration of the protocol's real client.
   * @throws ConfigError when that cannot be used
   */
  readonly open: (request: SendRequest, parts: SendParts) => readonly SendTarget[];
  /** What standard output says of results that were sent, in the words that scripts know of the real client. */
  readonly countLine: ((count: number, target: string) => string) | undefined;
  /** Whether an input without a result is a failure. */
  readonly wantsResults: boolean;
}
