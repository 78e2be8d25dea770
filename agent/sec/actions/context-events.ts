import type { ByteString } from '../../../protocol/byte-string.ts';
import { Context, type StoredEvent } from '../contexts/context.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { changeable } from './contexts.ts';
import { expand, plain } from './expand.ts';
import { linesOf, splitFirstWord, textOr } from './parameter-text.ts';
import { takeVariable } from './variable-name.ts';

/** Stores the lines of a text in a context, which is made when there is none. */
function store(
  verb: string,
  name: ByteString,
  text: ByteString,
  run: ActionRun,
  place: (old: StoredEvent[], added: StoredEvent[]) => StoredEvent[],
): undefined {
  const { runtime, description, origin } = run;
  const { contexts, host, time, options } = runtime;
  let context = runtime.contexts.peek(name);
  if (context?.internal) {
    host.log(3, `Context '${name}' is internal, can't add`);
    return;
  }
  const added = linesOf(text).map((line) => ({ text: line, time }));
  const events = place(context?.events ?? [], added);
  if (options.eventStoreSize > 0 && events.length > options.eventStoreSize) {
    host.log(3, `Can't ${verb} event(s) '${text}' to context '${name}', store full`);
    return;
  }
  if (context === undefined) {
    context = new Context({ createdAt: time, lifetime: 0, actions: [], description, origin });
    contexts.setName(name, context);
  }
  context.events = events;
}

/** An action that stores its text. */
function storing(
  name: string,
  place: (old: StoredEvent[], added: StoredEvent[]) => StoredEvent[],
): ActionReader {
  const kind: ActionKind = {
    name,
    run: ([context, text], run) => store(name, expand(context, run), expand(text, run), run, place),
  };
  return (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${name} NAME [TEXT]` };
    const [context, text] = splitFirstWord(parameter);
    return { action: { kind, parameters: [context, textOr(text, '%s')] } };
  };
}

/** `add NAME [TEXT]` */
export const readAdd = storing('add', (old, added) => {
  old.push(...added);
  return old;
});
/** `prepend NAME [TEXT]` */
export const readPrepend = storing('prepend', (old, added) => [...added, ...old]);
/** `fill NAME [TEXT]` */
export const readFill = storing('fill', (_old, added) => added);

/** An action that reads the store of a context into a variable. */
function reading(
  name: string,
  read: (context: Context) => ByteString | undefined,
  need: 'variable' | 'variable or none',
): ActionReader {
  const kind: ActionKind = {
    name,
    run([contextName, variable], run) {
      const context = changeable(expand(contextName, run), `can't ${name}`, run);
      if (context === undefined) return undefined;
      const value = read(context);
      if (variable !== undefined) run.runtime.variables.set(plain(variable), value);
      return undefined;
    },
  };
  return (parameter) => {
    const [context, rest] = splitFirstWord(parameter ?? '');
    const variable = takeVariable(rest);
    const complete =
      rest === undefined ? need === 'variable or none' : variable?.rest === undefined;
    if (context === '' || !complete || (rest !== undefined && variable === undefined)) {
      return { hint: `expected: ${name} NAME %VARIABLE` };
    }
    const parameters = variable === undefined ? [context] : [context, variable.name];
    return { action: { kind, parameters } };
  };
}

/** `copy NAME %VARIABLE`: the stored events, joined by newlines. */
export const readCopy = reading('copy', joined, 'variable');

/** `empty NAME [%VARIABLE]`: the same, and the store is empty then. */
export const readEmpty = reading(
  'empty',
  (context) => {
    const text = joined(context);
    context.events = [];
    return text;
  },
  'variable or none',
);

/** `pop NAME %VARIABLE`: takes the last event out. */
export const readPop = reading('pop', (context) => context.events.pop()?.text ?? '', 'variable');

/** `shift NAME %VARIABLE`: takes the first event out. */
export const readShift = reading(
  'shift',
  (context) => context.events.shift()?.text ?? '',
  'variable',
);

function joined(context: Context): ByteString {
  return context.events.map(({ text }) => text).join('\n');
}

const trim: ActionKind = {
  name: 'trim',
  run([when, contextName, variable], run) {
    const name = expand(contextName, run);
    const text = expand(when, run);
    const context = changeable(name, "can't trim", run);
    if (context === undefined) return undefined;
    const parts = /^([+-]?)(\d+)$/.exec(text);
    if (parts === null) {
      run.runtime.host.log(3, `Invalid timestamp '${text}' for trimming context '${name}'`);
      return undefined;
    }
    const seconds = Number(parts[2]);
    const from =
      parts[1] === '+'
        ? context.createdAt + seconds
        : parts[1] === '-'
          ? run.runtime.time - seconds
          : seconds;
    const removed = context.events.filter(({ time }) => time < from);
    context.events = context.events.filter(({ time }) => time >= from);
    if (variable !== undefined) {
      run.runtime.variables.set(plain(variable), removed.map((event) => event.text).join('\n'));
    }
    return undefined;
  },
};

/** `trim TIME NAME [%VARIABLE]`: drops events older than a time (epoch, +N from creation, -N from now). */
export const readTrim: ActionReader = (parameter) => {
  const [when, rest] = splitFirstWord(parameter ?? '');
  const [context, last] = splitFirstWord(rest ?? '');
  const variable = takeVariable(last);
  if (context === '' || (last !== undefined && variable?.rest !== undefined)) {
    return { hint: 'expected: trim TIME NAME [%VARIABLE]' };
  }
  const parameters = variable === undefined ? [when, context] : [when, context, variable.name];
  return { action: { kind: trim, parameters } };
};
