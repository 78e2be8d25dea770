import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { peer } from './peers.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** What Nagios says about a host or a service: the fields of its block in status.dat. */
export type NagiosStatus = ReadonlyMap<string, string>;

/** A running Nagios, the real one, with hosts h1, h2 and services s1, s2, s3 on each. */
export interface NagiosDaemon {
  /** The FIFO of its external commands. */
  readonly commandFile: string;
  /** The state of a service, or of a host when `service` is null; undefined while there is none. */
  status(host: string, service: string | null): NagiosStatus | undefined;
}

/** Starts a real Nagios in a folder of its own. */
export async function startNagios(test: TestContext): Promise<NagiosDaemon> {
  const folder = tempDir(test);
  // Nagios gives up root's rights and must still reach its folder.
  chmodSync(folder, 0o755);
  const script = path.join(import.meta.dirname, 'nagios-minimal.sh');
  const tree = path.join(folder, 'nagios');
  execFileSync('sh', [script, tree, '2', '3'], { stdio: 'ignore' });
  const daemon = spawn(peer('nagios4').path, [path.join(tree, 'etc/nagios.cfg')], {
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  test.after(async () => {
    daemon.kill('SIGTERM');
    await ended;
  });
  const commandFile = path.join(tree, 'var/rw/nagios.cmd');
  const statusFile = path.join(tree, 'var/status.dat');
  await waitFor('Nagios to make its command file', () => isFifo(commandFile));
  return {
    commandFile,
    status(host, service) {
      if (!existsSync(statusFile)) return undefined;
      return statusBlocks(readFileSync(statusFile, 'utf8')).find(
        (block) =>
          block.get('host_name') === host && (block.get('service_description') ?? null) === service,
      );
    },
  };
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
