import type { SocketKind } from '../engine/host.ts';
import type { ActionKind, ActionReader, ReadableKind } from './action.ts';
import { expand } from './expand.ts';
import { onlyWord, splitFirstWord, textOr } from './parameter-text.ts';

/** `udgram PATH [TEXT]` and its like: sends the text, without a newline, to a socket. */
function sending(socket: SocketKind): ReadableKind {
  const kind: ActionKind = {
    name: socket,
    run([peer, text], run) {
      run.runtime.host.send(socket, expand(peer, run), expand(text, run));
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
    run([peer], run) {
      run.runtime.host.closeSocket(socket, expand(peer, run));
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
