import { getSystemErrorMap } from 'node:util';
import { messageOf, systemCodeOf } from '../../platform/errors.ts';

/** What C's strerror() says and Node says otherwise. */
const messages: Readonly<Record<string, string>> = {
  EISDIR: 'Is a directory',
  ENOTFOUND: 'Name or service not known',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EMFILE: 'Too many open files',
  EPROTOTYPE: 'Protocol wrong type for socket',
};

const known: ReadonlyMap<string, string> = new Map(getSystemErrorMap().values());

/** Why an operating system call failed, in the words of strerror(), which SEC's messages have. */
export function systemMessage(error: unknown): string {
  const code = systemCodeOf(error);
  if (code === undefined) return messageOf(error);
  const message = messages[code] ?? known.get(code) ?? messageOf(error);
  return message.charAt(0).toUpperCase() + message.slice(1);
}
