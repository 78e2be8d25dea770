import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { commandsOf } from './external-commands.ts';
import { FifoReader, makeFifo } from './fifo.ts';
import { freePort } from './free-port.ts';
import { mortalCommand } from './mortal-command.ts';
import { peer } from './peers.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';
import { waitForCommands } from './wait-for-commands.ts';

/** A running nsca-ng, the real one, and the reader of its command file. */
export interface NscaNgDaemon {
  readonly port: number;
  readonly reader: FifoReader;
  /** Waits for as many commands in its command file; gives them without their time. */
  waitForCommands(count: number): Promise<string[]>;
}

/** Starts the real nsca-ng. The identity is web01 with password secret, unless told otherwise. */
export async function startNscaNgDaemon(
  test: TestContext,
  options: {
    /** What web01 may report: patterns as in its configuration. */
    readonly hosts?: string;
    readonly services?: string;
    readonly timeout?: number;
  } = {},
): Promise<NscaNgDaemon> {
  const folder = tempDir(test);
  const port = await freePort();
  const config = path.join(folder, 'nsca-ng.cfg');
  const commandFile = makeFifo(path.join(folder, 'nagios.cmd'));
  const reader = FifoReader.forTest(test, commandFile);
  const { hosts = '.*', services = '.*@.*', timeout = 60 } = options;
  const text = `
listen = "127.0.0.1:${port}"
command_file = "${commandFile}"
temp_directory = "${folder}"
timeout = ${timeout.toFixed(1)}
authorize "web01" {
  password = "secret"
  hosts = "${hosts}"
  services = "${services}"
}
`;
  writeFileSync(config, text);
  const daemon = spawn(...mortalCommand(peer('nsca-ng').path, ['-c', config, '-F', '-S']), {
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  test.after(async () => {
    daemon.kill('SIGKILL');
    await ended;
  });
  await waitFor('nsca-ng to listen', () => connects(port));
  return {
    port,
    reader,
    waitForCommands: (count) => waitForCommands(count, () => commandsOf(reader.text)),
  };
}

async function connects(port: number): Promise<boolean> {
  const socket = net.connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
