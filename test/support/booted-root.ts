import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Answer, FreshRoot } from './fresh-root.ts';
import { waitFor } from './wait-for.ts';

/** How long a machine may take to come up when others use this one, too. */
const bootPatienceMs = 120_000;

/** A fresh root in which systemd runs as on a machine: with processes and a loopback network of its own. */
export class BootedRoot {
  readonly root: FreshRoot;
  readonly #container: ChildProcess;

  private constructor(root: FreshRoot, container: ChildProcess) {
    this.root = root;
    this.#container = container;
  }

  /** Boots one; it is killed when the test ends. */
  static async boot(test: TestContext, nspawn: string): Promise<BootedRoot> {
    const root = FreshRoot.copy(test, 'bookworm-systemd');
    const options = ['--register=no', '--keep-unit', '--private-network', '--quiet', '--boot'];
    const container = spawn(nspawn, ['-D', root.path, ...options], { stdio: 'ignore' });
    test.after(async () => {
      if (container.exitCode !== null) return;
      const ended = new Promise((resolve) => container.once('exit', resolve));
      // With its first process a machine ends whole; systemd-nspawn alone would leave it running.
      const first = childOf(container);
      if (first === undefined) container.kill('SIGKILL');
      else process.kill(first, 'SIGKILL');
      await ended;
    });
    const booted = new BootedRoot(root, container);
    const state = () => booted.run('systemctl is-system-running').text;
    await waitFor('systemd', state, (said) => /^(?:running|degraded)$/m.test(said), bootPatienceMs);
    return booted;
  }

  /** Runs a shell script in it, as its root. */
  run(script: string): Answer {
    const leader = childOf(this.#container);
    if (leader === undefined) return { code: null, text: 'there is no process yet' };
    const target = ['-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-r', '-w'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...target, 'sh', '-c', script], {
      encoding: 'utf8',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        DEBIAN_FRONTEND: 'noninteractive',
        LC_ALL: 'C.UTF-8',
      },
    });
    return { code: status, text: stdout + stderr };
  }
}

/** The only child of systemd-nspawn: the machine's first process, once it has come up. */
function childOf({ pid, exitCode }: ChildProcess): number | undefined {
  if (exitCode !== null) throw new Error(`systemd-nspawn ended with ${exitCode}`);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}
