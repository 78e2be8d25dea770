import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** A descriptor of which a read does not block. */
export interface NonBlockingInput {
  readonly fd: number;
  close(): void;
}

/**
 * Makes reads of a descriptor non-blocking without changing it for others.
 *
 * A flag set on the descriptor itself would be seen by every process that
 * inherited it; a shell's terminal becomes unusable by that. So pipes and
 * terminals are opened anew. What cannot be (a socket; a pipe of another
 * user) is set non-blocking by Node when a Socket object takes it over; that
 * object reads nothing itself.
 */
export function openNonBlocking(fd: number): NonBlockingInput {
  // Reads of a file never block, and a file opened anew would begin at 0.
  if (fstatSync(fd).isFile()) return { fd, close: () => {} };
  try {
    const reopened = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
    return { fd: reopened, close: () => closeSync(reopened) };
  } catch {
    const socket = new Socket({ fd, readable: false, writable: false });
    return { fd, close: () => void socket.destroy() };
  }
}
