import { hasBlank, splitFirstWord, trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { Context } from '../contexts/context.ts';
import type { EventStore, StoredEvent } from '../contexts/event-store.ts';
import type { ActionKind, ActionReader, ActionRun, ReadableKind } from './action.ts';
import { changeable, existing, refuseInternal } from './contexts.ts';
import { expand, plain } from './expand.ts';
import { linesOf, textOr } from './parameter-text.ts';
import { takeVariable } from './variable-name.ts';
import { setVariable } from './variables.ts';

/** How the events of a text get into a store: the sizes before and after, and the doing. */
interface Placing {
  /** What is there before counts for the limit of a store. */
  readonly keeps: boolean;
  place(store: EventStore, added: readonly StoredEvent[]): void;
}

type StoringVerb = 'add' | 'prepend' | 'fill';

/** Stores the lines of a text in a context, which is made when there is none. */
function store(
  verb: StoringVerb,
  name: ByteString,
  text: ByteString,
  run: ActionRun,
  { keeps, place }: Placing,
): undefined {
  const { runtime, description, origin } = run;
  const { contexts, host, time, options } = runtime;
  host.detail?.(
    verb === 'fill'
      ? `Filling context '${name}' with event(s) '${text}'`
      : `${verb === 'add' ? 'Adding' : 'Prepending'} event(s) '${text}' to context '${name}'`,
  );
  let context = runtime.contexts.peek(name);
  if (context?.internal) {
    refuseInternal(verb, name, run);
    return;
  }
  const added = linesOf(text).map((line) => ({ text: line, time }));
  const size = added.length + (keeps ? (context?.events.size ?? 0) : 0);
  if (options.eventStoreSize > 0 && size > options.eventStoreSize) {
    const what =
      verb === 'fill'
        ? `context '${name}' with event(s) '${text}'`
        : `event(s) '${text}' to context '${name}'`;
    host.log(3, `Can't ${verb} ${what}, store full`);
    return;
  }
  if (context === undefined) {
    context = new Context({ createdAt: time, lifetime: 0, actions: [], description, origin });
    contexts.setName(name, context);
  }
  place(context.events, added);
  contexts.changed(context);
}

/** An action that stores its text. */
function storing(name: StoringVerb, placing: Placing): ReadableKind {
  const kind: ActionKind = {
    name,
    run: ([context, text], run) =>
      store(name, expand(context, run), expand(text, run), run, placing),
  };
  const read: ActionReader = (parameter) => {
    if (parameter === undefined) return { hint: `expected: ${name} NAME [TEXT]` };
    const [context, text] = splitFirstWord(parameter);
    return { action: { kind, parameters: [context, textOr(text, '%s')] } };
  };
  return { kind, read };
}

/** `add NAME [TEXT]` */
export const add = storing('add', {
  keeps: true,
  place: (events, added) => events.append(added),
});
/** `prepend NAME [TEXT]` */
export const prepend = storing('prepend', {
  keeps: true,
  place: (events, added) => events.prepend(added),
});
/** `fill NAME [TEXT]` */
export const fill = storing('fill', {
  keeps: false,
  place(events, added) {
    events.clear();
    events.append(added);
  },
});

/** An action that reads the store of a context into a variable. */
function reading(
  name: string,
  read: (context: Context) => ByteString,
  what: (context: ByteString, variable: ByteString) => ByteString,
  need: 'variable' | 'variable or none' = 'variable',
): ReadableKind {
  const kind: ActionKind = {
    name,
    run([contextParameter, variable], run) {
      const { contexts, host } = run.runtime;
      const contextName = expand(contextParameter, run);
      host.detail?.(what(contextName, plain(variable)));
      const context = existing(contextName, `can't ${name}`, run);
      if (context === undefined) return undefined;
      const value = read(context);
      contexts.changed(context);
      if (variable !== undefined) setVariable(plain(variable), value, run);
      return undefined;
    },
  };
  const readAction: ActionReader = (parameter) => {
    const [context, word] = splitFirstWord(parameter ?? '');
    const missing = context === '' || (word === undefined && need === 'variable');
    if (missing || hasBlank(word ?? '')) return { hint: `expected: ${name} NAME %VARIABLE` };
    const variable = takeVariable(word);
    if (variable === undefined) return { action: { kind, parameters: [context] } };
    if ('fault' in variable) return variable;
    return { action: { kind, parameters: [context, variable.name] } };
  };
  return { kind, read: readAction };
}

/** `copy NAME %VARIABLE`: the stored events, joined by newlines. */
export const copy = reading(
  'copy',
  ({ events }) => events.text,
  (context, variable) => `Copying context '${context}' to variable '%${variable}'`,
);

/** `empty NAME [%VARIABLE]`: the same, and the store is empty then. */
export const empty = reading(
  'empty',
  ({ events }) => {
    const { text } = events;
    events.clear();
    return text;
  },
  (context) => `Emptying the event store of context '${context}'`,
  'variable or none',
);

/** `pop NAME %VARIABLE`: takes the last event out. */
export const pop = reading(
  'pop',
  ({ events }) => events.takeLast()?.text ?? '',
  (context, variable) =>
    `Pop the last element of context '${context}' event store into variable '%${variable}'`,
);

/** `shift NAME %VARIABLE`: takes the first event out. */
export const shift = reading(
  'shift',
  ({ events }) => events.takeFirst()?.text ?? '',
  (context, variable) =>
    `Shift the first element of context '${context}' event store into variable '%${variable}'`,
);

const trim: ActionKind = {
  name: 'trim',
  run([when, contextName, variable], run) {
    const name = expand(contextName, run);
    const text = expand(when, run);
    const context = changeable('trim', name, "can't trim", run);
    if (context === undefined) return undefined;
    const parts = /^([+-]?)(\d+)$/.exec(trimBlanks(text));
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
    const removed = context.events.takeBefore(from);
    run.runtime.contexts.changed(context);
    if (variable !== undefined) {
      setVariable(plain(variable), removed.map((event) => event.text).join('\n'), run);
    }
    return undefined;
  },
};

/** All kinds of this file. */
export const kinds = [add, prepend, fill, copy, empty, pop, shift]
  .map(({ kind }) => kind)
  .concat(trim);

/** `trim TIME NAME [%VARIABLE]`: drops events older than a time (epoch, +N from creation, -N from now). */
export const readTrim: ActionReader = (parameter) => {
  const [when, rest] = splitFirstWord(parameter ?? '');
  const [context, last] = splitFirstWord(rest ?? '');
  if (context === '' || hasBlank(last ?? '')) {
    return { hint: 'expected: trim TIME NAME [%VARIABLE]' };
  }
  const variable = takeVariable(last);
  if (variable === undefined) return { action: { kind: trim, parameters: [when, context] } };
  if ('fault' in variable) return variable;
  return { action: { kind: trim, parameters: [when, context, variable.name] } };
};
