import { splitFirstWord, trimBlanks, wordsOf } from '../../../protocol/blanks.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { linesOf, onlyWord, textOr } from './parameter-text.ts';
import { wholeNumber } from './whole-number.ts';

const rewrite: ActionKind = {
  name: 'rewrite',
  run([countParameter, textParameter], run) {
    const { line, host } = run.runtime;
    const { window, source, joint } = line;
    const countText = expand(countParameter, run);
    const given = expand(textParameter, run);
    const lines = linesOf(given);
    const wanted = wholeNumber(countText);
    if (wanted === undefined) {
      host.log(3, `Invalid linecount '${countText}', can't rewrite input buffer`);
      return undefined;
    }
    const count = Math.min(wanted || lines.length, window.size);
    if (count === 0) {
      host.log(3, 'No data for rewriting input buffer');
      return undefined;
    }
    // Of too many lines the first ones are taken; too few stand at the end.
    const fitting = lines.slice(0, count);
    const rewritten = [...new Array<string>(count - fitting.length).fill(''), ...fitting];
    window.rewrite(rewritten);
    const whose = joint || window.size === 1 ? '' : ` of ${source ?? 'synthetic events'}`;
    const shown = lines.length === count ? given : rewritten.join('\n');
    host.detail?.(`Input buffer${whose} rewritten with '${shown}'`);
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
    const given = offsetText === undefined ? undefined : expand(offsetText, run);
    const offset = given && trimBlanks(given);
    const context = contextText === undefined ? undefined : expand(contextText, run);
    host.detail?.(
      `Adding dynamic input file '${file}' with context '${context ?? `_FILE_EVENT_${file}`}' to the list of inputs`,
    );
    if (offset !== undefined && !/^(?:\d+|-)$/.test(offset)) {
      host.log(3, `Invalid file offset '${given}' specified for input file '${file}'`);
      return undefined;
    }
    host.addInput(file, offset, context);
    return undefined;
  },
};

/** `addinput FILE [OFFSET [CONTEXT]]`: begins to read an input. */
export const readAddinput: ActionReader = (parameter) => {
  const words = wordsOf(parameter ?? '');
  if (words.length === 0 || words.length > 3) {
    return { hint: 'expected: addinput FILE [OFFSET [CONTEXT]]' };
  }
  const [file = '', offset, context] = words;
  const own = textOr(context, '');
  const parameters = offset === undefined ? [file] : [file, offset, ...(own === '' ? [] : [own])];
  return { action: { kind: addinput, parameters } };
};

const dropinput: ActionKind = {
  name: 'dropinput',
  run([file], run) {
    const name = expand(file, run);
    const { host } = run.runtime;
    host.detail?.(`Dropping dynamic input file '${name}' from the list of inputs`);
    host.dropInput(name);
    return undefined;
  },
};

/** `dropinput FILE`: reads it no longer. */
export const readDropinput: ActionReader = (parameter) => {
  const file = onlyWord(parameter);
  if (file === undefined) return { hint: 'expected: dropinput FILE' };
  return { action: { kind: dropinput, parameters: [file] } };
};

const signals = new Set(['HUP', 'ABRT', 'USR1', 'USR2', 'INT', 'TERM']);

const sigemul: ActionKind = {
  name: 'sigemul',
  run([name], run) {
    const { host } = run.runtime;
    const signal = expand(name, run).replace(/[a-z]/g, (letter) => letter.toUpperCase());
    host.detail?.(`Emulating the arrival of '${signal}' signal`);
    if (signals.has(signal)) host.emulateSignal(signal);
    else host.log(3, `The arrival of '${signal}' signal can't be emulated`);
    return undefined;
  },
};

/** `sigemul SIGNAL`: acts as if a signal had come. */
export const readSigemul: ActionReader = (parameter) => {
  const signal = onlyWord(parameter);
  if (signal === undefined) return { hint: 'expected: sigemul SIGNAL' };
  return { action: { kind: sigemul, parameters: [signal] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [rewrite, addinput, dropinput, sigemul];
