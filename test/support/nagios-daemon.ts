import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { mortalCommand } from './mortal-command.ts';
import { peer } from './peers.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** What Nagios says about a host or a service: the fields of its block in status.dat. */
export type NagiosStatus = ReadonlyMap<string, string>;

/** A Nagios, the real one, with hosts h1, h2 … and services s1, s2 … on each; it can be stopped and started. */
export class NagiosDaemon {
  /** The FIFO of its external commands; it makes it when it is started. */
  readonly commandFile: string;
  /** The folder in which it looks for check results. */
  readonly spool: string;
  /** The file to which it writes what it knows when it is started. */
  readonly objectsCache: string;
  readonly #tree: string;
  #daemon: { readonly process: ChildProcess; readonly ended: Promise<unknown> } | undefined;

  /** Makes its configuration, in a folder of the test's own. */
  constructor(test: TestContext, size: NagiosSize = { hosts: 2, services: 3 }) {
    const folder = tempDir(test);
    // Nagios gives up root's rights and must still reach its folder.
    chmodSync(folder, 0o755);
    const script = path.join(import.meta.dirname, 'nagios-minimal.sh');
    this.#tree = path.join(folder, 'nagios');
    const sizes = [String(size.hosts), String(size.services)];
    execFileSync('sh', [script, this.#tree, ...sizes], { stdio: 'ignore' });
    this.commandFile = path.join(this.#tree, 'var/rw/nagios.cmd');
    this.spool = path.join(this.#tree, 'var/spool/checkresults');
    this.objectsCache = path.join(this.#tree, 'var/objects.cache');
    test.after(() => this.stop());
  }

  /** Its main configuration, so that a test may change it before the start. */
  get configFile(): string {
    return path.join(this.#tree, 'etc/nagios.cfg');
  }

  async start(): Promise<void> {
    const process = spawn(...mortalCommand(peer('nagios4').path, [this.configFile]), {
      stdio: 'ignore',
    });
    this.#daemon = { process, ended: once(process, 'exit') };
    const isReady = () => isFifo(this.commandFile);
    await waitFor('Nagios to make its command file', isReady);
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    this.#daemon = undefined;
    daemon.process.kill('SIGTERM');
    await daemon.ended;
  }

  /** The state of a service, or of a host when `service` is null; undefined while there is none. */
  status(host: string, service: string | null): NagiosStatus | undefined {
    return this.statuses().find(
      (block) =>
        block.get('host_name') === host && (block.get('service_description') ?? null) === service,
    );
  }

  /** The states of all hosts and services. */
  statuses(): NagiosStatus[] {
    const file = path.join(this.#tree, 'var/status.dat');
    return existsSync(file) ? statusBlocks(readFileSync(file, 'utf8')) : [];
  }

  /** Its log so far. */
  get log(): string {
    const file = path.join(this.#tree, 'var/nagios.log');
    return existsSync(file) ? readFileSync(file, 'latin1') : '';
  }
}

/** How many hosts there are, and how many services on each. */
export interface NagiosSize {
  readonly hosts: number;
  readonly services: number;
}

/** Starts a real Nagios in a folder of its own. */
export async function startNagios(test: TestContext): Promise<NagiosDaemon> {
  const nagios = new NagiosDaemon(test);
  await nagios.start();
  return nagios;
}

function isFifo(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

/** The blocks of hosts and services in a status.dat. */
function statusBlocks(text: string): Map<string, string>[] {
  const blocks = text.matchAll(/^(?:hoststatus|servicestatus) \{\n([\s\S]*?)^\t\}/gm);
  return [...blocks].map((block) => {
    const pairs = (block[1] ?? '').matchAll(/^\t([^=\n]+)=(.*)$/gm);
    return new Map([...pairs].map((pair) => [pair[1] ?? '', pair[2] ?? '']));
  });
}
