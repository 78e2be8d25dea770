import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { projectRoot } from '../tidy/project-files.ts';
import type { Answer, FreshRoot } from './fresh-root.ts';

/** buildah with a store of its own: it needs no engine, and chroot in place of a container's sandbox. */
export class ImageBuilder {
  readonly #buildah: string;
  readonly #store: readonly string[];
  readonly #folder: string;

  constructor(buildah: string, folder: string) {
    this.#buildah = buildah;
    this.#folder = folder;
    const [root, run] = ['store', 'run'].map((name) => path.join(folder, name));
    this.#store = ['--storage-driver', 'vfs', '--root', `${root}`, '--runroot', `${run}`];
  }

  /** Makes an image of a root, for builds to begin with; gives its name. */
  baseOf(root: FreshRoot): string {
    const name = 'localhost/base:1';
    const tar = path.join(this.#folder, 'base.tar');
    execFileSync('tar', ['-C', root.path, '-cf', tar, '.']);
    const container = this.#say('from', '--pull=never', 'scratch');
    this.#say('add', '--quiet', container, tar, '/');
    this.#say('commit', '--quiet', '--rm', container, name);
    return name;
  }

  /** Builds our Dockerfile with a tarball of scripts/package; gives the image's name. */
  build(base: string, tarball: string): string {
    const context = path.join(this.#folder, 'context');
    mkdirSync(path.join(context, 'dist'), { recursive: true });
    copyFileSync(tarball, path.join(context, 'dist', path.basename(tarball)));
    for (const file of ['Dockerfile', '.dockerignore'])
      copyFileSync(path.join(projectRoot, file), path.join(context, file));
    // Only Docker's format knows HEALTHCHECK.
    const options = ['--pull=never', '--isolation=chroot', '--format=docker', '--layers=false'];
    this.#say(
      'bud',
      ...options,
      '--build-arg',
      `BASE=${base}`,
      '-t',
      'localhost/nagtail:1',
      context,
    );
    return 'localhost/nagtail:1';
  }

  /** The configuration of an image, as Docker keeps it. */
  configuration(image: string): Readonly<Record<string, unknown>> {
    return JSON.parse(this.#say('inspect', '--type=image', image)).Docker.config;
  }

  /** A new container of an image; gives its name. */
  container(image: string): string {
    return this.#say('from', '--pull=never', image);
  }

  /** Runs a command in a container, as the user of its image. */
  run(container: string, command: readonly string[], volumes: readonly string[] = []): Answer {
    const args = this.#runArguments(container, volumes, command);
    const { status, stdout, stderr } = spawnSync(this.#buildah, args, { encoding: 'utf8' });
    return { code: status, text: stdout + stderr };
  }

  /** Starts a command in a container, with folders as `FROM:TO`; it ends with the test. */
  start(
    test: TestContext,
    container: string,
    volumes: readonly string[],
    command: readonly string[],
  ): ChildProcess {
    const args = this.#runArguments(container, volumes, command);
    const child = spawn(this.#buildah, args, { stdio: 'ignore', detached: true });
    test.after(() => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    return child;
  }

  #runArguments(
    container: string,
    volumes: readonly string[],
    command: readonly string[],
  ): string[] {
    const mounts = volumes.flatMap((volume) => ['--volume', volume]);
    return [...this.#store, 'run', '--isolation=chroot', ...mounts, container, '--', ...command];
  }

  #say(...args: readonly string[]): string {
    return execFileSync(this.#buildah, [...this.#store, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }
}
