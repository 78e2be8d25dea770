import type { ByteString } from '../../protocol/byte-string.ts';
import type { Identity } from './identity.ts';

/** Why an external command is not given to Nagios. */
export interface CommandRefusal {
  readonly kind: 'refused';
  readonly code: 'COMMAND_INVALID' | 'NOT_ALLOWED' | 'NOT_WRITTEN';
  readonly message: string;
}

export type CommandAdmission =
  | { readonly kind: 'accepted'; readonly line: ByteString }
  | CommandRefusal;

/** Nagios' command file takes a line in one piece up to so many bytes, its newline included (PIPE_BUF). */
const lineBytesMax = 4_096;

/** Commands that nobody may give, and why: they would get around what identities may say. */
const neverAllowed: Readonly<Record<string, string>> = {
  PROCESS_FILE: 'it lets Nagios read any file as commands',
  PROCESS_SERVICE_CHECK_RESULT: 'a check result is judged by its host and service',
  PROCESS_HOST_CHECK_RESULT: 'a check result is judged by its host',
};

/**
 * Decides whether an identity may give an external command that is no check result, and makes
 * its line for the command file, with its newline. Control characters become blanks; a newline,
 * which would begin another command, is refused.
 *
 * @param command as it stands behind the time: `COMMAND;arguments`
 * @param time Unix time in seconds
 */
export function admitCommand(
  command: ByteString,
  time: number,
  identity: Identity,
): CommandAdmission {
  const name = /^[A-Z][A-Z0-9_]*(?=;|$)/.exec(command)?.[0];
  if (name === undefined || /[\n\r\0]/.test(command)) {
    return refusal('COMMAND_INVALID', 'expected one line: COMMAND;arguments');
  }
  const line = `[${time}] ${command.replace(/[\x01-\x1f\x7f]/g, ' ')}\n`;
  if (line.length > lineBytesMax) {
    return refusal('COMMAND_INVALID', `it is longer than ${lineBytesMax} bytes`);
  }
  const never = neverAllowed[name];
  if (never !== undefined) return refusal('NOT_ALLOWED', `nobody may give ${name}: ${never}`);
  if (!identity.rights.allowsCommand(command)) {
    return refusal('NOT_ALLOWED', `it may not give the command ${name.slice(0, 80)}`);
  }
  return { kind: 'accepted', line };
}

function refusal(code: CommandRefusal['code'], message: string): CommandRefusal {
  return { kind: 'refused', code, message };
}
