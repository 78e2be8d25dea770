import type { Socket } from 'node:net';
import { peerOf } from './peer-of.ts';

/**
 * The client's address, also of a TLS connection that is gone: such a socket has forgotten it,
 * and only the one below, whose address was asked for while it was there, remembers.
 */
export function tlsPeer(socket: Socket): string {
  const below = (socket as { readonly _parent?: Socket | null })._parent;
  return peerOf(socket.remoteAddress === undefined && below ? below : socket);
}
