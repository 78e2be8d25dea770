import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';

/** A result as a client told it; the time is added when it is admitted. */
export type ReportedResult = Omit<CheckResult, 'time'>;

export type RefusalCode = 'HOST_EMPTY' | 'HOST_INVALID' | 'SERVICE_EMPTY' | 'SERVICE_INVALID';

export type Admission =
  | { readonly kind: 'accepted'; readonly result: CheckResult }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/**
 * Decides whether a result may go to Nagios, and cleans its output.
 *
 * Names are refused when they are empty or could not be told to Nagios: nothing
 * can escape a `;` or a line end in the command file, and other control
 * characters are in no name that Nagios knows. Any return code passes, as
 * through the real nsca: Nagios reads odd ones as UNKNOWN.
 *
 * `time` is the moment of receipt, Unix time in seconds.
 */
export function admitResult(reported: ReportedResult, time: number): Admission {
  const { host, service, returnCode } = reported;
  if (host === '') return refused('HOST_EMPTY', 'the host name is empty');
  if (!isName(host)) return refused('HOST_INVALID', `the host name holds ${forbidden}`);
  if (service === '') return refused('SERVICE_EMPTY', 'the service name is empty');
  if (service !== null && !isName(service)) {
    return refused('SERVICE_INVALID', `the service name holds ${forbidden}`);
  }
  const output = cleanOutput(reported.output);
  return { kind: 'accepted', result: { host, service, returnCode, output, time } };
}

const forbidden = 'a semicolon, a line end or another control character';

function isName(text: ByteString): boolean {
  return !/[;\x00-\x1f\x7f]/.test(text);
}

/**
 * Keeps printable characters, tabs, newlines and all bytes above 127 (UTF-8). The
 * carriage return of a DOS line end goes; any other control character becomes a
 * blank, because terminals and web pages that show the output might obey it.
 */
function cleanOutput(output: ByteString): ByteString {
  return output.replace(/\r+(?=\n|$)/g, '').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ' ');
}

function refused(code: RefusalCode, message: string): Admission {
  return { kind: 'refused', code, message };
}
