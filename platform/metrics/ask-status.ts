import type http from 'node:http';
import { text } from 'node:stream/consumers';
import { NagtailError, systemCodeOf, systemReason } from '../errors.ts';
import { nodeHttp } from '../node-http.ts';

/** How long a program may take to tell how it is, in milliseconds. */
const answerMsMax = 10_000;

/**
 * Asks a running program how it is.
 * @param socket its Unix socket
 * @returns what its `status()` gives
 * @throws NagtailError PEER_UNREACHABLE when it does not answer
 */
export async function askStatus(socket: string): Promise<unknown> {
  try {
    return JSON.parse(await get(socket, '/status'));
  } catch (error) {
    const message = `nothing answers at ${socket}: ${reasonOf(error)}`;
    throw new NagtailError('PEER_UNREACHABLE', message, { cause: error });
  }
}

async function get(socketPath: string, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const signal = AbortSignal.timeout(answerMsMax);
  nodeHttp
    .get({ socketPath, path, signal, headers: { connection: 'close' } }, resolve)
    .once('error', reject);
  const response = await promise;
  const body = await text(response);
  if (response.statusCode === 200) return body;
  throw new Error(body.trim());
}

function reasonOf(error: unknown): string {
  switch (systemCodeOf(error)) {
    case 'ENOENT':
      return 'there is no such socket; does the program run, with this configuration?';
    case 'ECONNREFUSED':
      return 'nobody listens there; the program was ended by force or does not run';
    case 'EACCES':
      return 'this user may not ask; ask as root, as the user that runs it, or as a member of its group';
    case 'ABORT_ERR':
      return `no answer within ${answerMsMax / 1000} s`;
    default:
      return systemReason(error);
  }
}
