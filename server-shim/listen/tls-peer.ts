import type { Socket } from 'node:net';
import { peerOf } from './peer-of.ts';

/**
 * The client's address, also of a TLS connection that is gone: such a socket has forgotten it,
 * and only the one below, whose address was asked for while it was there, remembers.
 *
 * Node.js documents no way from a TLS socket to the one below, and gives the former to nobody before its
 * handshake has failed. So this is the one place that uses `_parent`, which all versions of it have that we run on; without it
 * the message about such a client has no address, and all else works. A test notices when it goes.
 */
export function tlsPeer(socket: Socket): string {
  const below = (socket as { readonly _parent?: Socket | null })._parent;
  return peerOf(socket.remoteAddress === undefined && below ? below : socket);
}
