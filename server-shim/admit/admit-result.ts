import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFault } from '../../protocol/check-result-fault.ts';
import type { ResultId } from '../../protocol/result-id.ts';
import type { Identity } from './identity.ts';

/**
 * A result as a client told it. A protocol that carries them adds the time at which the
 * result was produced (Unix time in seconds; else it is the moment of receipt), and its id.
 */
export interface ReportedResult extends Omit<CheckResult, 'time'> {
  readonly time?: number;
  readonly id?: ResultId;
}

/** Why a result may not go to Nagios; it would be refused again. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: 'NAME_INVALID' | 'NOT_ALLOWED';
  readonly message: string;
}

export type Admission = { readonly kind: 'accepted'; readonly result: CheckResult } | Refusal;

/** A time that is further ahead of ours, in seconds, is a clock gone wrong. */
const aheadSecondsMax = 300;

/**
 * Decides whether a result may go to Nagios, and cleans its output. Names that
 * the command file could not carry are refused, and what the client's identity
 * may not say. Any return code passes, as through the real nsca: Nagios reads odd
 * ones as UNKNOWN. A time that is not yet becomes the time of receipt: Nagios would
 * take no other result of that service for news until then.
 *
 * `receivedAt` is the moment of receipt, Unix time in seconds; `identity` is missing
 * for clients of protocols that know none.
 */
export function admitResult(
  reported: ReportedResult,
  receivedAt: number,
  identity?: Identity,
): Admission {
  const { host, service, returnCode } = reported;
  const told = reported.time ?? receivedAt;
  const time = told > receivedAt + aheadSecondsMax ? receivedAt : told;
  const result = { host, service, returnCode, output: cleanOutput(reported.output), time };
  const fault = checkResultFault(result);
  if (fault !== undefined) return { kind: 'refused', code: 'NAME_INVALID', message: fault };
  const denied = identity?.rights.refusal(host, service);
  if (denied !== undefined) return { kind: 'refused', code: 'NOT_ALLOWED', message: denied };
  return { kind: 'accepted', result };
}

/**
 * Keeps printable characters, tabs, newlines and all bytes above 127 (UTF-8). The
 * carriage return of a DOS line end goes; any other control character becomes a
 * blank, because terminals and web pages that show the output might obey it.
 */
function cleanOutput(output: ByteString): ByteString {
  return output.replace(/\r+(?=\n|$)/g, '').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ' ');
}
