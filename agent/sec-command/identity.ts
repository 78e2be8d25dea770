import { execFileSync } from 'node:child_process';
import type { SecOptions } from '../sec-program/sec-options.ts';

/**
 * Becomes another user, for --user and --group, and sets the mask of new files.
 * @returns why it cannot be done, in SEC's words
 */
export function changeIdentity({ user, groups, umask }: SecOptions): string | undefined {
  if (umask !== undefined) process.umask(umask);
  if (user === undefined) return undefined;
  const own = process.geteuid?.() ?? 0;
  if (own !== 0) {
    return `'--user' and '--group' options can only be used by root (current euid is not 0 but ${own})`;
  }
  const account = entryOf('passwd', user);
  const [, , userId, primaryGroupId] = account ?? [];
  if (userId === undefined || primaryGroupId === undefined) {
    return `User name '${user}' does not exist, exiting!`;
  }
  const groupIds: number[] = [];
  for (const group of groups) {
    const groupId = entryOf('group', group)?.[2];
    if (groupId === undefined) return `Group name '${group}' does not exist, exiting!`;
    groupIds.push(Number(groupId));
  }
  if (groupIds.length === 0) groupIds.push(Number(primaryGroupId));
  process.setgroups?.(groupIds);
  process.setgid?.(groupIds[0] ?? 0);
  process.setuid?.(Number(userId));
  return undefined;
}

/** The fields of an account or group, wherever the system looks for it. */
function entryOf(database: 'passwd' | 'group', name: string): string[] | undefined {
  // A number is not a name, though getent would take it for one.
  if (/^\d+$/.test(name)) return undefined;
  try {
    const text = execFileSync('getent', [database, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim().split(':');
  } catch {
    return undefined;
  }
}
