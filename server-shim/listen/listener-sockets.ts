import type { InheritedSocket } from '../../platform/inherited-sockets.ts';

/**
 * Which of the sockets that were handed over belongs to which listener: the one that has
 * its name (FileDescriptorName=nsca); or the only one to the only listener.
 */
export function listenerSockets<Name extends string>(
  sockets: readonly InheritedSocket[],
  listeners: Readonly<Record<Name, object | undefined>>,
): Partial<Record<Name, number>> {
  const names = Object.keys(listeners).filter(
    (name): name is Name => listeners[name as Name] !== undefined,
  );
  const [only] = names;
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const own = sockets.find((socket) => socket.name === name);
    if (own !== undefined) found[name] = own.fd;
  }
  if (only !== undefined && names.length === 1 && sockets.length === 1) {
    const socket = sockets[0];
    if (socket !== undefined) found[only] = socket.fd;
  }
  return found;
}
