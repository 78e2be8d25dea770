import net from 'node:net';
import { NagtailError, systemReason } from './errors.ts';
import { reasonOf } from './within-time.ts';

/**
 * Connects to an address (not a name). The signal ends the attempt and, later on,
 * the connection, until it is closed: it is destroyed with the signal's reason. Both directions
 * are closed on their own.
 * @throws NagtailError PEER_UNREACHABLE, or the reason of the signal
 */
export async function connectTcp(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<net.Socket> {
  const socket = net.connect({ ...address, allowHalfOpen: true });
  endWith(socket, signal);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(unreachable(error)));
  });
  return socket;
}

/** Destroys a socket when a signal fires. */
export function endWith(socket: net.Socket, signal: AbortSignal): void {
  const end = () => socket.destroy(reasonOf(signal));
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
}

function unreachable(error: Error): NagtailError {
  if (error instanceof NagtailError) return error;
  return new NagtailError('PEER_UNREACHABLE', systemReason(error), { cause: error });
}
