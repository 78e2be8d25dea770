import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Context } from '../contexts/context.ts';
import { expireContext, isOver } from '../contexts/expire-context.ts';
import type { Runtime } from '../engine/runtime.ts';
import { timeText } from '../substitute/time-variables.ts';
import type { ActionKind, ActionReader, ReadableKind } from './action.ts';
import { changeable } from './contexts.ts';
import { expand, plain } from './expand.ts';
import { splitFirstWord } from './parameter-text.ts';
import { variableAndWord } from './variable-name.ts';

/** An action that puts something about a context into a variable. */
function asking(
  name: string,
  ask: (context: Context) => ByteString,
  missing: { readonly value: ByteString | undefined } | { readonly refusal: ByteString },
): ReadableKind {
  const kind: ActionKind = {
    name,
    run([variable, contextName], run) {
      const { runtime } = run;
      const context = runtime.contexts.peek(expand(contextName, run));
      if (context !== undefined) runtime.variables.set(plain(variable), ask(context));
      else if ('value' in missing) runtime.variables.set(plain(variable), missing.value);
      else {
        const text = expand(contextName, run);
        runtime.host.log(3, `Context '${text}' does not exist, can't get ${missing.refusal}`);
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
export const exists = asking('exists', () => '1', { value: '0' });
/** `getsize %VARIABLE NAME`: how many events are stored; unset for a missing context. */
export const getsize = asking('getsize', ({ events }) => String(events.size), {
  value: undefined,
});
/** `getaliases %VARIABLE NAME`: all names, a line each. */
export const getaliases = asking('getaliases', ({ names }) => [...names].join('\n'), {
  refusal: 'aliases',
});
/** `getltime %VARIABLE NAME`: the lifetime in seconds. */
export const getltime = asking('getltime', ({ lifetime }) => String(lifetime), {
  refusal: 'lifetime',
});
/** `getctime %VARIABLE NAME`: when the context was made. */
export const getctime = asking('getctime', ({ createdAt }) => String(createdAt), {
  refusal: 'creation time',
});

const setltime: ActionKind = {
  name: 'setltime',
  run([contextName, lifetimeText], run) {
    const name = expand(contextName, run);
    const lifetime = expand(lifetimeText, run);
    const context = changeable(name, "can't set lifetime", run);
    if (context === undefined) return undefined;
    if (!/^\d+$/.test(lifetime)) {
      run.runtime.host.log(3, `Invalid lifetime '${lifetime}' for context '${name}'`);
      return undefined;
    }
    context.lifetime = Number(lifetime);
    endOrReschedule(context, run.runtime);
    return undefined;
  },
};

/** A context whose lifetime was made so short that it is over ends at once. */
function endOrReschedule(context: Context, runtime: Runtime): void {
  if (isOver(context, runtime.time)) expireContext(context, runtime);
  else runtime.contexts.reschedule(context);
}

/** `setltime NAME [LIFETIME]`: a new lifetime, counted from the old creation. */
export const readSetltime: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: setltime NAME [LIFETIME]' };
  const [name, lifetime] = splitFirstWord(parameter);
  if (/\s/.test(lifetime ?? '')) return { hint: 'expected: setltime NAME [LIFETIME]' };
  return { action: { kind: setltime, parameters: [name, lifetime ?? '0'] } };
};

const setctime: ActionKind = {
  name: 'setctime',
  run([timeParameter, contextName], run) {
    const { host, time: now } = run.runtime;
    const name = expand(contextName, run);
    const stamp = expand(timeParameter, run);
    if (!/^\d+$/.test(stamp)) {
      host.log(3, `Invalid timestamp '${stamp}' for creation time of context '${name}'`);
      return undefined;
    }
    const context = changeable(name, "can't set creation time", run);
    if (context === undefined) return undefined;
    const time = Number(stamp);
    if (time > now) {
      host.log(3, `Can't set context creation time into future to '${timeText(time)}'`);
    } else if (time < context.createdAt) {
      host.log(3, `Can't set context creation time backwards to '${timeText(time)}'`);
    } else {
      context.createdAt = time;
      endOrReschedule(context, run.runtime);
    }
    return undefined;
  },
};

/** `setctime TIME NAME`: moves the creation forward, not into the future. */
export const readSetctime: ActionReader = (parameter) => {
  const [time, name] = splitFirstWord(parameter ?? '');
  if (name === undefined || /\s/.test(name)) return { hint: 'expected: setctime TIME NAME' };
  return { action: { kind: setctime, parameters: [time, name] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [exists, getsize, getaliases, getltime, getctime]
  .map(({ kind }) => kind)
  .concat(setltime, setctime);
