import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { projectRoot } from '../tidy/project-files.ts';

/** Folders and files of a machine that guides speak of; in a test they lie in a folder of its own. */
const moved =
  /\/(?:etc\/(?:nagtail-shim|nagtail|nagios4|sec|nsca\.cfg|send_nsca\.cfg)|var\/lib\/(?:nagtail-shim|nagtail|nagios4)|var\/log\/|usr\/local\/nagios|run\/sec\.pid)/g;

/** How long a block of commands may take. */
const blockMsMax = 90_000;

/** A machine for a guide: its files, its programs, a Nagios, and systemctl for them. */
export class GuideWorld {
  readonly root: string;
  readonly #ports: ReadonlyMap<string, number>;

  private constructor(root: string, ports: ReadonlyMap<string, number>) {
    this.root = root;
    this.#ports = ports;
  }

  static async make(test: TestContext): Promise<GuideWorld> {
    // Programs end before their folder goes.
    let started: GuideWorld | undefined;
    test.after(() => {
      if (started !== undefined) started.#end();
    });
    const root = tempDir(test);
    // Nagios gives up root's rights and must still reach its files.
    chmodSync(root, 0o755);
    const ports = new Map([
      ['5667', await freePort()],
      ['5668', await freePort()],
      ['8443', await freePort()],
      ['9667', await freePort()],
    ]);
    const world = new GuideWorld(root, ports);
    for (const folder of [
      'bin',
      'etc/nagios4/conf.d',
      'etc/sec',
      'var/log',
      'var/lib/nagios4/rw',
      'home',
      'run',
    ]) {
      mkdirSync(path.join(root, folder), { recursive: true });
    }
    // A checkout, for documents that speak of its folders.
    for (const folder of ['scripts', 'config', 'test'])
      symlinkSync(path.join(projectRoot, folder), path.join(root, 'home', folder));
    for (const log of ['auth.log', 'syslog']) writeFileSync(path.join(root, 'var/log', log), '');
    started = world;
    for (const name of readdirSync(path.join(import.meta.dirname, 'guide-bin'))) {
      const text = readFileSync(path.join(import.meta.dirname, 'guide-bin', name), 'utf8');
      const file = path.join(root, 'bin', name);
      writeFileSync(file, text);
      chmodSync(file, 0o755);
    }
    return world;
  }

  /** A text of a guide as it holds in this world. */
  mapped(text: string): string {
    return text
      .replaceAll(moved, (whole) => `${this.root}${whole}`)
      .replaceAll(/\b(?:5667|5668|8443|9667)\b/g, (port) => String(this.#ports.get(port)))
      .replaceAll(/\bnagios\.example\.com\b/g, '127.0.0.1');
  }

  /** A file that a guide lets its reader write. */
  write(file: string, text: string): void {
    const target = path.resolve(this.root, 'home', this.mapped(file));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, this.mapped(text));
  }

  /** Runs a block of commands, as a reader does; gives what it printed. */
  run(commands: string): string {
    const { stdout, stderr, status, error } = spawnSync('bash', ['-c', this.#script(commands)], {
      ...this.#place(),
      encoding: 'utf8',
      timeout: blockMsMax,
    });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`exit code ${status}\n${stdout}${stderr}${this.#logs()}`);
    return stdout;
  }

  /** Starts a block of commands that goes on, in a terminal of its own. */
  start(commands: string): void {
    const child = spawn('bash', ['-c', this.#script(commands)], {
      ...this.#place(),
      detached: true,
      stdio: 'ignore',
    });
    writeFileSync(path.join(this.root, `block-${child.pid}.pid`), `${child.pid}`);
  }

  #script(commands: string): string {
    return `set -euo pipefail\n${this.mapped(commands)}`;
  }

  #place() {
    const home = path.join(this.root, 'home');
    return {
      cwd: home,
      env: {
        ...process.env,
        PATH: `${this.root}/bin:${process.env['PATH']}`,
        HOME: home,
        GUIDE_ROOT: this.root,
        GUIDE_PROJECT: projectRoot,
        GUIDE_NAGIOS: peer('nagios4').path,
        GUIDE_PORT_NSCA_NG: String(this.#ports.get('5668')),
        NAGTAIL_NODE: process.execPath,
        NO_COLOR: '1',
      },
    };
  }

  #logs(): string {
    const files = readdirSync(this.root).filter((name) => name.endsWith('.out'));
    return files
      .map((file) => `\n== ${file}\n${readFileSync(path.join(this.root, file), 'utf8')}`)
      .join('');
  }

  /** Ends what systemctl has started here. */
  #end(): void {
    const folders = [this.root, path.join(this.root, 'home')];
    const files = folders.flatMap((folder) =>
      readdirSync(folder).map((name) => path.join(folder, name)),
    );
    for (const file of files.filter((name) => name.endsWith('.pid'))) {
      const pid = readFileSync(file, 'utf8').trim();
      const isOurs = existsSync(`/proc/${pid}`);
      // With all that it has started: it leads a session of its own.
      if (isOurs)
        execFileSync('bash', ['-c', `kill -KILL -- -${pid} || kill -KILL ${pid} || true`], {
          stdio: 'ignore',
        });
    }
  }
}
