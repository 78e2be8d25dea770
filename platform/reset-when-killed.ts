import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { messageOf } from './errors.ts';

/** What the helper process does with the listening socket, which is its file descriptor 3. */
export const resetHelper = "new (require('node:net').Socket)({ fd: 3 }).resetAndDestroy()";

/**
 * Lets the system reset a listener's connections, instead of closing them orderly, when this
 * process ends without a word, by kill -9 for example. For a peer that takes an orderly close
 * as the answer "all is safe", a process that is killed would otherwise give that answer.
 *
 * That is what SO_LINGER with a time of 0 does; accepted connections have it from their
 * listening socket, on Linux. Node.js cannot set it but with a reset, which also ends the
 * socket. So a helper process, which has the same socket, does that: it ends only the
 * helper's own hold on it. Connections that are ended by `end()` end orderly as always.
 *
 * @returns why it could not be done; undefined when it is done
 */
export async function resetWhenKilled(server: Server): Promise<string | undefined> {
  const fd = descriptorOf(server);
  if (fd === undefined) return 'the listening socket has no file descriptor';
  try {
    const child = spawn(process.execPath, ['-e', resetHelper], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
      // Options of this process are not meant for the helper.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [code] = await once(child, 'exit');
    return code === 0 ? undefined : `the helper process ended with ${code}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Node.js shows the file descriptor of a server only in its inner handle. */
function descriptorOf(server: Server): number | undefined {
  const handle: unknown = Reflect.get(server, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}
