import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFault } from '../../protocol/check-result-fault.ts';

/** A result as a client told it; the time is added when it is admitted. */
export type ReportedResult = Omit<CheckResult, 'time'>;

export type Admission =
  | { readonly kind: 'accepted'; readonly result: CheckResult }
  | { readonly kind: 'refused'; readonly code: 'NAME_INVALID'; readonly message: string };

/**
 * Decides whether a result may go to Nagios, and cleans its output. Names that
 * the command file could not carry are refused. Any return code passes, as
 * through the real nsca: Nagios reads odd ones as UNKNOWN.
 *
 * `time` is the moment of receipt, Unix time in seconds.
 */
export function admitResult(reported: ReportedResult, time: number): Admission {
  const { host, service, returnCode } = reported;
  const result = { host, service, returnCode, output: cleanOutput(reported.output), time };
  const fault = checkResultFault(result);
  if (fault !== undefined) return { kind: 'refused', code: 'NAME_INVALID', message: fault };
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
