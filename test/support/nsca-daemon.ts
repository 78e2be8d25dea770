import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { initPacketBytes } from '../../protocol/nsca/init-packet.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { commandsOf } from './external-commands.ts';
import { freePort } from './free-port.ts';
import { mortalCommand } from './mortal-command.ts';
import { peer } from './peers.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';
import { waitForCommands } from './wait-for-commands.ts';

/** A running nsca, the real one. */
export interface NscaDaemon {
  readonly port: number;
  /** Waits for as many commands in its command file; gives them without their time. */
  waitForCommands(count: number): Promise<string[]>;
}

/** Starts the real nsca daemon, on a port of its own if none is given; it appends to a regular file. */
export async function startNscaDaemon(
  test: TestContext,
  options: { readonly method: NscaMethod; readonly password: string; readonly port?: number },
): Promise<NscaDaemon> {
  const folder = tempDir(test);
  const { method, password, port = await freePort() } = options;
  const config = path.join(folder, 'nsca.cfg');
  const commandFile = path.join(folder, 'commands');
  const lines = [
    `server_port=${port}`,
    'server_address=127.0.0.1',
    `command_file=${commandFile}`,
    'append_to_file=1',
    `password=${password}`,
    `decryption_method=${method}`,
  ];
  writeFileSync(commandFile, '');
  writeFileSync(config, `${lines.join('\n')}\n`);
  const daemon = spawn(...mortalCommand(peer('nsca').path, ['-f', '-c', config, '--single']), {
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  test.after(async () => {
    daemon.kill('SIGKILL');
    await ended;
  });
  await waitFor('nsca to listen', () => answers(port));
  const read = () => commandsOf(readFileSync(commandFile, 'latin1'));
  return { port, waitForCommands: (count) => waitForCommands(count, read) };
}

/** True when an init packet comes. It is read to its end: nsca must not be left halfway. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    let bytes = 0;
    for await (const chunk of socket) {
      bytes += chunk.length;
      if (bytes >= initPacketBytes) return true;
    }
    return false;
  } catch {
    // Nobody listens there yet.
    return false;
  } finally {
    socket.destroy();
  }
}
