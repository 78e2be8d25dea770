import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../tidy/project-files.ts';
import type { FreshRoot } from './fresh-root.ts';

/** How often tasks did what, over all hosts. */
export interface AnsibleRecap {
  readonly code: number | null;
  readonly text: string;
  readonly changed: number;
  readonly failed: number;
}

/** The folder that ANSIBLE_COLLECTIONS_PATH names, with our collection in it. */
export function collectionsIn(folder: string): string {
  const own = path.join(folder, 'ansible_collections/nagtail');
  mkdirSync(own, { recursive: true });
  symlinkSync(path.join(projectRoot, 'scripts/ansible'), path.join(own, 'nagtail'));
  return folder;
}

/** The environment of ansible's programs: our collection, and no colours. */
export function ansibleEnvironment(collections: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ANSIBLE_COLLECTIONS_PATH: `${collections}:/usr/lib/python3/dist-packages`,
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_LOCALHOST_WARNING: '0',
    ANSIBLE_RETRY_FILES_ENABLED: '0',
    ANSIBLE_PIPELINING: '1',
    LC_ALL: 'C.UTF-8',
  };
}

/** Runs ansible-playbook on roots, in which /proc and /dev are there meanwhile. */
export function runPlaybook(
  roots: readonly FreshRoot[],
  collections: string,
  args: readonly string[],
): AnsibleRecap {
  const mounts = roots.map(
    (root) => `mount -t proc proc '${root.path}/proc'; mount --rbind /dev '${root.path}/dev'`,
  );
  const script = `set -e; ${mounts.join('; ')}; exec ansible-playbook "$@"`;
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', script, 'sh', ...args],
    { encoding: 'utf8', env: ansibleEnvironment(collections), cwd: collections },
  );
  const count = (name: string) =>
    [...stdout.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce(
      (sum, [, number]) => sum + Number(number),
      0,
    );
  return {
    code: status,
    text: stdout + stderr,
    changed: count('changed'),
    failed: count('failed') + count('unreachable'),
  };
}
