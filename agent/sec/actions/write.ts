import { splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Host } from '../engine/host.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { onlyWord, textOr } from './parameter-text.ts';

/** An action that writes its text to a file. */
function writing(
  name: string,
  put: (host: Host, file: ByteString, text: ByteString) => void,
): ActionKind {
  return {
    name,
    run([file, text], run) {
      const { host } = run.runtime;
      const path = expand(file, run);
      const event = expand(text, run);
      host.detail?.(`Writing event '${event}' to file '${path}'`);
      put(host, path, event);
      return undefined;
    },
  };
}

const write = writing('write', (host, file, text) => host.write(file, `${text}\n`));
const writen = writing('writen', (host, file, text) => host.write(file, text));
const owritecl = writing('owritecl', (host, file, text) => host.writeOnce(file, text));

const closef: ActionKind = {
  name: 'closef',
  run([file], run) {
    const name = expand(file, run);
    run.runtime.host.detail?.(`Closing file '${name}'`);
    run.runtime.host.closeFile(name);
    return undefined;
  },
};

/** `write FILE [TEXT]`: appends a line to a file; `-` is standard output. */
export const readWrite = writer(write);

/** `writen FILE [TEXT]`: the same without a newline. */
export const readWriten = writer(writen);

/** `owritecl FILE [TEXT]`: opens, appends without a newline, and closes. */
export const readOwritecl = writer(owritecl);

/** `closef FILE`: closes what `write` keeps open. */
export const readClosef: ActionReader = (parameter) => {
  const file = onlyWord(parameter);
  if (file === undefined) return { hint: 'expected: closef FILE' };
  return { action: { kind: closef, parameters: [file] } };
};

function writer(kind: ActionKind): ActionReader {
  return (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${kind.name} FILE [TEXT]` };
    const [file, text] = splitFirstWord(parameter);
    return { action: { kind, parameters: [file, textOr(text, '%s')] } };
  };
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [write, writen, owritecl, closef];
