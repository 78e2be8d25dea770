import { splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { SocketKind } from '../engine/host.ts';
import type { ActionKind, ActionReader, ReadableKind } from './action.ts';
import { expand } from './expand.ts';
import { onlyWord, textOr } from './parameter-text.ts';

/** What messages call the kinds of peers. */
const kindNames: Readonly<Record<SocketKind, string>> = {
  tcpsock: 'TCP peer',
  udpsock: 'UDP peer',
  ustream: 'unix stream socket',
  udgram: 'unix datagram socket',
};

/** What messages call a peer. */
export function peerName(kind: SocketKind, peer: ByteString): ByteString {
  return `${kindNames[kind]} '${peer}'`;
}

/** What is told when there is nothing to close. */
export function notOpenText(kind: SocketKind, peer: ByteString): ByteString {
  const what = isPath(kind)
    ? `Socket '${peer}' is not open`
    : `No socket for ${peerName(kind, peer)}`;
  return `${what}, can't close`;
}

function isPath(kind: SocketKind): boolean {
  return kind === 'ustream' || kind === 'udgram';
}

/** `udgram PATH [TEXT]` and its like: sends the text, without a newline, to a socket. */
function sending(socket: SocketKind): ReadableKind {
  const kind: ActionKind = {
    name: socket,
    run([peerParameter, text], run) {
      const { host } = run.runtime;
      const peer = expand(peerParameter, run);
      const event = expand(text, run);
      host.detail?.(`Sending event '${event}' to ${peerName(socket, peer)}`);
      host.send(socket, peer, event);
      return undefined;
    },
  };
  const read: ActionReader = (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${socket} PEER [TEXT]` };
    const [peer, text] = splitFirstWord(parameter);
    return { action: { kind, parameters: [peer, textOr(text, '%s')] } };
  };
  return { kind, read };
}

/** `closeudgr PATH` and its like: closes what the sending action keeps open. */
function closing(name: string, socket: SocketKind): ReadableKind {
  const kind: ActionKind = {
    name,
    run([peerParameter], run) {
      const { host } = run.runtime;
      const peer = expand(peerParameter, run);
      const of = isPath(socket) ? '' : 'socket for ';
      host.detail?.(`Closing ${of}${peerName(socket, peer)}`);
      host.closeSocket(socket, peer);
      return undefined;
    },
  };
  const read: ActionReader = (parameter) => {
    const peer = onlyWord(parameter);
    if (peer === undefined) return { hint: `expected: ${name} PEER` };
    return { action: { kind, parameters: [peer] } };
  };
  return { kind, read };
}

/** Those that send, and those that close, by their names. */
export const socketActions: readonly ReadableKind[] = [
  sending('udgram'),
  sending('ustream'),
  sending('udpsock'),
  sending('tcpsock'),
  closing('closeudgr', 'udgram'),
  closing('closeustr', 'ustream'),
  closing('closeudp', 'udpsock'),
  closing('closetcp', 'tcpsock'),
];
