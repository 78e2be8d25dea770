import type { ByteString } from './byte-string.ts';
import type { CheckResult } from './check-result.ts';

/** What a line of the external command file says. */
export type ExternalCommand =
  | { readonly kind: 'check-result'; readonly result: CheckResult }
  /** Another command of Nagios', as it stands behind the time. */
  | { readonly kind: 'other'; readonly time: number; readonly command: ByteString }
  | { readonly kind: 'bad'; readonly reason: string };

/**
 * Reads one line of the external command file, without its newline: the inverse of
 * externalCommandLine. Names are not judged here.
 *
 * Source: Nagios Core's documentation of its external commands.
 */
export function parseExternalCommand(line: ByteString): ExternalCommand {
  const parts = /^\[(\d{1,15})\] ([A-Z][A-Z0-9_]*)(?:;(.*))?$/s.exec(line);
  if (parts === null || line.includes('\n')) {
    return { kind: 'bad', reason: 'expected one line: [unix time] COMMAND;arguments' };
  }
  const [, seconds, name = '', rest = ''] = parts;
  const time = Number(seconds);
  if (name === 'PROCESS_SERVICE_CHECK_RESULT') return serviceResult(rest, time);
  if (name === 'PROCESS_HOST_CHECK_RESULT') return hostResult(rest, time);
  return { kind: 'other', time, command: line.slice(line.indexOf(' ') + 1) };
}

function serviceResult(rest: ByteString, time: number): ExternalCommand {
  const parts = /^([^;]*);([^;]*);([^;]*);(.*)$/s.exec(rest);
  if (parts === null) return { kind: 'bad', reason: 'expected HOST;SERVICE;RETURN CODE;OUTPUT' };
  const [, host = '', service = '', code = '', output = ''] = parts;
  return checkResult({ host, service, code, output, time });
}

function hostResult(rest: ByteString, time: number): ExternalCommand {
  const parts = /^([^;]*);([^;]*);(.*)$/s.exec(rest);
  if (parts === null) return { kind: 'bad', reason: 'expected HOST;RETURN CODE;OUTPUT' };
  const [, host = '', code = '', output = ''] = parts;
  return checkResult({ host, service: null, code, output, time });
}

function checkResult(fields: {
  readonly host: ByteString;
  readonly service: ByteString | null;
  readonly code: ByteString;
  readonly output: ByteString;
  readonly time: number;
}): ExternalCommand {
  const { host, service, code, time } = fields;
  if (!/^-?\d{1,5}$/.test(code)) return { kind: 'bad', reason: 'the return code is no number' };
  if (service === '') return { kind: 'bad', reason: 'the service description is empty' };
  const output = unescapeOutput(fields.output);
  const result = { host, service, returnCode: Number(code), output, time };
  return { kind: 'check-result', result };
}

/** An output as Nagios reads it: `\n` is a newline and `\\` a backslash; other backslashes stand for themselves. */
export function unescapeOutput(output: ByteString): ByteString {
  return output.replace(/\\([n\\])/g, (_, escaped) => (escaped === 'n' ? '\n' : '\\'));
}
