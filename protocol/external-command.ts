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

/** A command line, and whether its output had to be cut for it. */
export interface BoundedCommandLine {
  readonly line: ByteString;
  readonly cut: boolean;
}

/** Ends an output that was cut. */
const cutMark = '...';

/**
 * The line as `externalCommandLine` gives it, of at most so many bytes: what fits into a
 * pipe in one piece (PIPE_BUF) cannot mix with another writer's line. An output that is
 * too long is cut between two characters (of UTF-8, where it is that) and ends in `...`.
 * Names are not cut, since they would name something else: where they leave no room
 * at all the line is longer than asked for.
 */
export function boundedCommandLine(result: CheckResult, maxBytes: number): BoundedCommandLine {
  const line = externalCommandLine(result);
  if (line.length <= maxBytes) return { line, cut: false };
  const { output } = result;
  const frame = externalCommandLine({ ...result, output: cutMark }).length;
  let end = 0;
  for (let used = frame; end < output.length; end++) {
    used += output[end] === '\\' || output[end] === '\n' ? 2 : 1;
    if (used > maxBytes) break;
  }
  const kept = output.slice(0, characterEnd(output, end));
  return { line: externalCommandLine({ ...result, output: kept + cutMark }), cut: true };
}

/** The last position up to `end` that is not within a character of UTF-8. */
function characterEnd(text: ByteString, end: number): number {
  for (let at = end; at > 0 && at > end - 4; at--) {
    if (((text.charCodeAt(at) || 0) & 0xc0) !== 0x80) return at;
  }
  return end;
}

function name(text: ByteString): ByteString {
  if (/[;\r\n\0]/.test(text)) {
    throw new RangeError(
      'a host or service name with a semicolon, line end or NUL cannot be told to Nagios',
    );
  }
  return text;
}

/** An output as Nagios reads it from a line: `\n` for a newline, two backslashes for one. */
export function escapeOutput(output: ByteString): ByteString {
  return output.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
}
