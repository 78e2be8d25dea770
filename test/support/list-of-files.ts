import type { FreshRoot } from './fresh-root.ts';

/**
 * Every file of a root, and its users and groups: what an installation that was undone must
 * leave as it was. Without what apt and dpkg write about themselves, and the back-ups of the
 * lists of users.
 */
export function listOfFiles(root: FreshRoot): string {
  const without = [
    '/proc',
    '/dev',
    '/tmp',
    '/var/lib/dpkg',
    '/var/lib/apt',
    '/var/cache',
    '/var/log',
  ];
  const prune = without.map((folder) => `-path ${folder}`).join(' -o ');
  return root.run(
    `find / -xdev \\( ${prune} \\) -prune -o -print | grep -v '^/etc/[a-z]*-$' | sort; cat /etc/passwd /etc/group`,
  ).text;
}
