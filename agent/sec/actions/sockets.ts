import type { SocketKind } from '../engine/host.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { splitFirstWord, textOr } from './parameter-text.ts';

/** `udgram PATH [TEXT]` and its like: sends the text, without a newline, to a socket. */
export function readSend(socket: SocketKind): ActionReader {
  const kind: ActionKind = {
    name: socket,
    run([peer, text], run) {
      run.runtime.host.send(socket, expand(peer, run), expand(text, run));
      return undefined;
    },
  };
  return (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${socket} PEER [TEXT]` };
    const [peer, text] = splitFirstWord(parameter);
    return { action: { kind, parameters: [peer, textOr(text, '%s')] } };
  };
}

/** `closeudgr PATH` and its like: closes what the sending action keeps open. */
export function readCloseSocket(name: string, socket: SocketKind): ActionReader {
  const kind: ActionKind = {
    name,
    run([peer], run) {
      run.runtime.host.closeSocket(socket, expand(peer, run));
      return undefined;
    },
  };
  return (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${name} PEER` };
    return { action: { kind, parameters: [textOr(parameter, '')] } };
  };
}
