import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { onlyWord, splitFirstWord, textOr } from './parameter-text.ts';

const write: ActionKind = {
  name: 'write',
  run([file, text], run) {
    run.runtime.host.write(expand(file, run), `${expand(text, run)}\n`);
    return undefined;
  },
};

const writen: ActionKind = {
  name: 'writen',
  run([file, text], run) {
    run.runtime.host.write(expand(file, run), expand(text, run));
    return undefined;
  },
};

const owritecl: ActionKind = {
  name: 'owritecl',
  run([file, text], run) {
    run.runtime.host.writeOnce(expand(file, run), expand(text, run));
    return undefined;
  },
};

const closef: ActionKind = {
  name: 'closef',
  run([file], run) {
    run.runtime.host.closeFile(expand(file, run));
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
