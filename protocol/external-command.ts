import type { ByteString } from './byte-string.ts';
import type { CheckResult } from './check-result.ts';

/**
 * The line that submits a result through Nagios' external command file, with its
 * newline. The output is escaped as Nagios expects and NSCA does it: a backslash
 * becomes two, a newline becomes `\n`. Names have no way to be escaped: a host or
 * service that would break out of its field throws a RangeError, so whoever takes
 * results from others must have refused such names before.
 *
 * Source: Nagios Core's documentation of PROCESS_SERVICE_CHECK_RESULT and
 * PROCESS_HOST_CHECK_RESULT.
 */
export function externalCommandLine(result: CheckResult): ByteString {
  const { service, returnCode, time } = result;
  const host = name(result.host);
  const output = escapeOutput(result.output);
  return service === null
    ? `[${time}] PROCESS_HOST_CHECK_RESULT;${host};${returnCode};${output}\n`
    : `[${time}] PROCESS_SERVICE_CHECK_RESULT;${host};${name(service)};${returnCode};${output}\n`;
}

function name(text: ByteString): ByteString {
  if (/[;\r\n\0]/.test(text)) {
    throw new RangeError(
      'a host or service name with a semicolon, line end or NUL cannot be told to Nagios',
    );
  }
  return text;
}

function escapeOutput(output: ByteString): ByteString {
  return output.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
}
