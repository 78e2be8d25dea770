import { hasBlank, splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Context } from '../contexts/context.ts';
import { expireContext, isOver } from '../contexts/expire-context.ts';
import type { Runtime } from '../engine/runtime.ts';
import { timeText } from '../substitute/time-variables.ts';
import type { ActionKind, ActionReader, ReadableKind } from './action.ts';
import { changeable, existing } from './contexts.ts';
import { expand, plain } from './expand.ts';
import { variableAndWord } from './variable-name.ts';
import { setVariable } from './variables.ts';
import { wholeNumber } from './whole-number.ts';

interface Question {
  /** What is told before it is asked. */
  what(context: ByteString, variable: ByteString): ByteString;
  ask(context: Context): ByteString;
  /** Of a missing context: a value, none, or that it cannot be had. */
  readonly missing: { readonly value: ByteString | undefined } | { readonly refusal: ByteString };
}

/** An action that puts something about a context into a variable. */
function asking(name: string, { what, ask, missing }: Question): ReadableKind {
  const kind: ActionKind = {
    name,
    run([variableParameter, contextParameter], run) {
      const { runtime } = run;
      const variable = plain(variableParameter);
      const contextName = expand(contextParameter, run);
      runtime.host.detail?.(what(contextName, variable));
      const context = runtime.contexts.peek(contextName);
      if (context !== undefined) setVariable(variable, ask(context), run);
      else if ('refusal' in missing) existing(contextName, `can't get ${missing.refusal}`, run);
      else if (missing.value !== undefined) setVariable(variable, missing.value, run);
      else {
        runtime.variables.set(variable, undefined);
        const result = `variable '%${variable}' set to undef`;
        runtime.host.detail?.(`Context '${contextName}' does not exist, ${result}`);
      }
      return undefined;
    },
  };
  const read: ActionReader = (parameter) => {
    const [variable, context] = variableAndWord(parameter);
    if (variable === undefined) return { hint: `expected: ${name} %VARIABLE NAME` };
    if ('fault' in variable) return variable;
    return { action: { kind, parameters: [variable.name, context] } };
  };
  return { kind, read };
}

/** `exists %VARIABLE NAME`: 1 or 0. */
export const exists = asking('exists', {
  what: (context) => `Checking the presence of context '${context}'`,
  ask: () => '1',
  missing: { value: '0' },
});

/** `getsize %VARIABLE NAME`: how many events are stored; unset for a missing context. */
export const getsize = asking('getsize', {
  what: (context) => `Finding the size of context '${context}' event store`,
  ask: ({ events }) => String(events.size),
  missing: { value: undefined },
});

/** `getaliases %VARIABLE NAME`: all names, a line each. */
export const getaliases = asking('getaliases', {
  what: (context, variable) =>
    `Assigning aliases of context '${context}' to variable '%${variable}'`,
  ask: ({ names }) => [...names].join('\n'),
  missing: { refusal: 'aliases' },
});

/** `getltime %VARIABLE NAME`: the lifetime in seconds. */
export const getltime = asking('getltime', {
  what: (context, variable) =>
    `Assigning the lifetime of context '${context}' to variable '%${variable}'`,
  ask: ({ lifetime }) => String(lifetime),
  missing: { refusal: 'lifetime' },
});

/** `getctime %VARIABLE NAME`: when the context was made. */
export const getctime = asking('getctime', {
  what: (context, variable) =>
    `Assigning the creation time of context '${context}' to variable '%${variable}'`,
  ask: ({ createdAt }) => String(createdAt),
  missing: { refusal: 'creation time' },
});

const setltime: ActionKind = {
  name: 'setltime',
  run([contextName, lifetimeText], run) {
    const name = expand(contextName, run);
    const given = expand(lifetimeText, run);
    const lifetime = wholeNumber(given);
    const { host } = run.runtime;
    if (lifetime === undefined) {
      host.log(3, `Invalid lifetime '${given}' for context '${name}'`);
      return undefined;
    }
    host.detail?.(`Setting the lifetime of context '${name}' to '${lifetime}'`);
    const context = changeable('setltime', name, "can't set lifetime", run);
    if (context === undefined) return undefined;
    context.lifetime = lifetime;
    endOrReschedule(context, name, 'lifetime', run.runtime);
    return undefined;
  },
};

/** A context whose lifetime was made so short that it is over ends at once. */
function endOrReschedule(
  context: Context,
  name: ByteString,
  adjusted: 'lifetime' | 'creation time',
  runtime: Runtime,
): void {
  if (context.dueAt !== undefined && context.dueAt <= runtime.time) {
    runtime.host.detail?.(`Context '${name}' has become stale after ${adjusted} adjustment`);
  }
  if (isOver(context, runtime.time)) expireContext(context, runtime, name);
  else runtime.contexts.reschedule(context);
}

/** `setltime NAME [LIFETIME]`: a new lifetime, counted from the old creation. */
export const readSetltime: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: setltime NAME [LIFETIME]' };
  const [name, lifetime] = splitFirstWord(parameter);
  if (hasBlank(lifetime ?? '')) return { hint: 'expected: setltime NAME [LIFETIME]' };
  return { action: { kind: setltime, parameters: [name, lifetime ?? '0'] } };
};

const setctime: ActionKind = {
  name: 'setctime',
  run([timeParameter, contextName], run) {
    const { host, time: now } = run.runtime;
    const name = expand(contextName, run);
    const stamp = expand(timeParameter, run);
    const time = wholeNumber(stamp);
    if (time === undefined) {
      host.log(3, `Invalid timestamp '${stamp}' for creation time of context '${name}'`);
      return undefined;
    }
    host.detail?.(`Setting the creation time of context '${name}' to '${timeText(time)}'`);
    const context = changeable('setctime', name, "can't set creation time", run);
    if (context === undefined) return undefined;
    if (time > now) {
      host.log(3, `Can't set context creation time into future to '${timeText(time)}'`);
    } else if (time < context.createdAt) {
      host.log(3, `Can't set context creation time backwards to '${timeText(time)}'`);
    } else if (time === context.createdAt) {
      host.detail?.(`Context creation time already set to '${timeText(time)}'`);
    } else {
      context.createdAt = time;
      endOrReschedule(context, name, 'creation time', run.runtime);
    }
    return undefined;
  },
};

/** `setctime TIME NAME`: moves the creation forward, not into the future. */
export const readSetctime: ActionReader = (parameter) => {
  const [time, name] = splitFirstWord(parameter ?? '');
  if (name === undefined || hasBlank(name)) return { hint: 'expected: setctime TIME NAME' };
  return { action: { kind: setctime, parameters: [time, name] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [exists, getsize, getaliases, getltime, getctime]
  .map(({ kind }) => kind)
  .concat(setltime, setctime);
