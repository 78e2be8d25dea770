import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** Processes and mounts of a root are in namespaces of their own, and end with the command. */
const enter = [
  'unshare --mount --pid --fork --kill-child sh -c',
  `'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"'`,
].join(' ');

const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
const peers = process.env['NAGTAIL_PEERS_DIR'] ?? path.join(cache, 'nagtail/peers');

/** What test/support/install-peers makes: a small Debian, and one that boots with systemd. */
export type DebianName = 'bookworm' | 'bookworm-systemd';

/** False when there can be fresh roots; else why not. */
export function noFreshRoot(name: DebianName = 'bookworm'): string | false {
  const reason =
    process.getuid?.() !== 0
      ? 'a fresh root can only be entered by root'
      : existsSync(path.join(peers, name))
        ? undefined
        : `peer ${name} is not there: a small Debian, which scripts/test --peers=install fetches`;
  if (reason === undefined) return false;
  if (process.env['NAGTAIL_REQUIRE_PEERS'] === '1') throw new Error(reason);
  return reason;
}

/** What a command said, and its exit code. */
export interface Answer {
  readonly code: number | null;
  /** Of standard output and standard error. */
  readonly text: string;
}

/** A Debian of its own on which nothing was installed yet. */
export class FreshRoot {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** A copy of the small Debian, which is removed when the test ends. */
  static copy(test: Pick<TestContext, 'after'>, name: DebianName = 'bookworm'): FreshRoot {
    const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-root-'));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    execFileSync('cp', ['-a', `${path.join(peers, name)}/.`, folder]);
    return new FreshRoot(folder);
  }

  /** A path of this root as it is seen from outside. */
  file(inside: string): string {
    return path.join(this.path, inside);
  }

  /** Runs a shell script in it, as its root. */
  run(script: string): Answer {
    const { status, stdout, stderr } = spawnSync('sh', this.#command(script), {
      encoding: 'utf8',
      env: environment,
    });
    return { code: status, text: stdout + stderr };
  }

  /** Starts a shell script in it; when the test ends all that it started is killed. */
  start(test: Pick<TestContext, 'after'>, script: string): ChildProcess {
    // A shell stays in front: a program that changes its user would not be told of the end.
    const inFront = `(${script}); exit $?`;
    const child = spawn('sh', this.#command(inFront), { stdio: 'ignore', env: environment });
    test.after(() => child.kill('SIGKILL'));
    return child;
  }

  #command(script: string): string[] {
    return ['-c', `exec ${enter} "$0" sh -c "$1"`, this.path, script];
  }
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};
