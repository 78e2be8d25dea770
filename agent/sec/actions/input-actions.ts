import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { linesOf, splitFirstWord, textOr, wordsOfCommand } from './parameter-text.ts';

const rewrite: ActionKind = {
  name: 'rewrite',
  run([countText, text], run) {
    const { line, host } = run.runtime;
    const count = expand(countText, run);
    const lines = linesOf(expand(text, run));
    if (!/^\d+$/.test(count)) {
      host.log(3, `Invalid linecount '${count}', can't rewrite input buffer`);
      return undefined;
    }
    if (lines.length === 0) {
      host.log(3, 'No data for rewriting input buffer');
      return undefined;
    }
    const wanted = Number(count);
    if (wanted === 0) line.window.rewrite(lines);
    else {
      const fitting = lines.slice(-wanted);
      const padding = new Array<string>(Math.max(0, wanted - fitting.length)).fill('');
      line.window.rewrite([...padding, ...fitting]);
    }
    return undefined;
  },
};

/** `rewrite N [TEXT]`: changes the last N lines for the rules that follow. */
export const readRewrite: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: rewrite N [TEXT]' };
  const [count, text] = splitFirstWord(parameter);
  return { action: { kind: rewrite, parameters: [count, textOr(text, '%s')] } };
};

const addinput: ActionKind = {
  name: 'addinput',
  run([fileText, offsetText, contextText], run) {
    const { host } = run.runtime;
    const file = expand(fileText, run);
    const offset = offsetText === undefined ? undefined : expand(offsetText, run);
    if (offset !== undefined && !/^(?:\d+|-)$/.test(offset)) {
      host.log(3, `Invalid file offset '${offset}' specified for input file '${file}'`);
      return undefined;
    }
    host.addInput(file, offset, contextText === undefined ? undefined : expand(contextText, run));
    return undefined;
  },
};

/** `addinput FILE [OFFSET [CONTEXT]]`: begins to read an input. */
export const readAddinput: ActionReader = (parameter) => {
  const words = wordsOfCommand(textOr(parameter, ''));
  if (words.length === 0 || words.length > 3) {
    return { hint: 'expected: addinput FILE [OFFSET [CONTEXT]]' };
  }
  return { action: { kind: addinput, parameters: words } };
};

const dropinput: ActionKind = {
  name: 'dropinput',
  run([file], run) {
    run.runtime.host.dropInput(expand(file, run));
    return undefined;
  },
};

/** `dropinput FILE`: reads it no longer. */
export const readDropinput: ActionReader = (parameter) => {
  const words = wordsOfCommand(textOr(parameter, ''));
  if (words.length !== 1) return { hint: 'expected: dropinput FILE' };
  return { action: { kind: dropinput, parameters: words } };
};

const signals = new Set(['HUP', 'ABRT', 'USR1', 'USR2', 'INT', 'TERM']);

const sigemul: ActionKind = {
  name: 'sigemul',
  run([name], run) {
    const signal = expand(name, run);
    if (signals.has(signal)) run.runtime.host.emulateSignal(signal);
    else run.runtime.host.log(3, `The arrival of '${signal}' signal can't be emulated`);
    return undefined;
  },
};

/** `sigemul SIGNAL`: acts as if a signal had come. */
export const readSigemul: ActionReader = (parameter) => {
  const words = wordsOfCommand(textOr(parameter, ''));
  if (words.length !== 1) return { hint: 'expected: sigemul SIGNAL' };
  return { action: { kind: sigemul, parameters: words } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [rewrite, addinput, dropinput, sigemul];
