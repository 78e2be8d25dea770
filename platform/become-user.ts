import os from 'node:os';
import { ConfigError, messageOf } from './errors.ts';

/**
 * Gives up the rights of root for those of a user and a group, for good; does nothing
 * for a process that has none.
 *
 * @param group the user's own groups without it
 * @param file where both stand, for the message
 * @throws ConfigError when there is no such user or group
 */
export function becomeUser(
  { user, group }: { readonly user: string | undefined; readonly group: string | undefined },
  file: string,
): void {
  if (process.getuid?.() !== 0) return;
  try {
    const wanted = group ?? (user === undefined ? undefined : primaryGroupOf(user));
    // Node.js has it, its types have not.
    const initgroups: unknown = Reflect.get(process, 'initgroups');
    if (user !== undefined && typeof initgroups === 'function') {
      initgroups.call(process, user, wanted);
    }
    if (wanted !== undefined) process.setgid?.(wanted);
    if (user !== undefined) process.setuid?.(user);
  } catch (error) {
    const message = `cannot become user ${user ?? '(as it is)'}, group ${group ?? '(as it is)'}: ${messageOf(error)}`;
    throw new ConfigError([{ place: { file }, severity: 'error', message }]);
  }
}

/** Node.js tells it only of who one is: so that is tried on for a moment. */
function primaryGroupOf(user: string): number {
  process.seteuid?.(user);
  try {
    return os.userInfo().gid;
  } finally {
    process.seteuid?.(0);
  }
}
