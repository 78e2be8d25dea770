import { splitFirstWord, trimBlanks, wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { Context } from '../contexts/context.ts';
import { expireContext, isOver } from '../contexts/expire-context.ts';
import type { Action, ActionKind, ActionReadContext, ActionReader, ActionRun } from './action.ts';
import { expand, listOf } from './expand.ts';
import { textOr, withoutOuterParentheses } from './parameter-text.ts';
import { wholeNumber } from './whole-number.ts';

/** What a context does when it expires; a description for nothing would only take room. */
function expiryOf(actions: readonly Action[], { description }: ActionRun) {
  return { actions, description: actions.length > 0 ? description : '' };
}

const create: ActionKind = {
  name: 'create',
  run([nameText, lifetimeText, list], run) {
    const { contexts, host, time } = run.runtime;
    const name = expand(nameText, run);
    const given = expand(lifetimeText, run);
    const lifetime = wholeNumber(given);
    host.detail?.(`Creating context '${name}'`);
    if (lifetime === undefined) {
      host.log(3, `Invalid lifetime '${given}' for context '${name}', can't create`);
      return undefined;
    }
    const known = contexts.peek(name);
    if (known?.internal) {
      refuseInternal('create', name, run);
      return undefined;
    }
    const settings = {
      createdAt: time,
      lifetime,
      ...expiryOf(listOf(list), run),
      origin: run.origin,
    };
    if (known === undefined) contexts.setName(name, new Context(settings));
    else {
      Object.assign(known, settings);
      known.usedEvents?.clear();
      contexts.reschedule(known);
    }
    return undefined;
  },
};

const set: ActionKind = {
  name: 'set',
  run([nameText, lifetimeText, list], run) {
    const { contexts, host, time } = run.runtime;
    const name = expand(nameText, run);
    const given = expand(lifetimeText, run);
    const lifetime = wholeNumber(given);
    host.detail?.(`Changing settings for context '${name}'`);
    if (lifetime === undefined && trimBlanks(given) !== '-') {
      host.log(3, `Invalid lifetime '${given}' for context '${name}', can't change settings`);
      return undefined;
    }
    const context = changeable('set', name, "can't change settings", run);
    if (context === undefined) return undefined;
    if (lifetime !== undefined) {
      context.lifetime = lifetime;
      context.createdAt = time;
    }
    if (list !== undefined) {
      Object.assign(context, expiryOf(listOf(list), run));
      context.origin = run.origin;
    }
    contexts.reschedule(context);
    return undefined;
  },
};

const remove: ActionKind = {
  name: 'delete',
  run([nameText], run) {
    const { contexts, host } = run.runtime;
    const name = expand(nameText, run);
    host.detail?.(`Deleting context '${name}'`);
    const context = endable('delete', name, 'Context', run);
    if (context === undefined) return undefined;
    for (const each of context.names) host.detail?.(`Context '${each}' deleted`);
    contexts.remove(context);
    return undefined;
  },
};

/** Seconds: over in the second of its creation. It is what `getltime` finds in the expiry actions. */
const obsoleteLifetime = -1;

const obsolete: ActionKind = {
  name: 'obsolete',
  run([nameText], run) {
    const name = expand(nameText, run);
    run.runtime.host.detail?.(`Obsoleting context '${name}'`);
    const context = endable('obsolete', name, 'Context', run);
    if (context === undefined) return undefined;
    context.lifetime = obsoleteLifetime;
    // After the clock was set back the moment of its creation may be yet to come.
    if (isOver(context, run.runtime.time)) expireContext(context, run.runtime, name);
    else run.runtime.contexts.reschedule(context);
    return undefined;
  },
};

const unalias: ActionKind = {
  name: 'unalias',
  run([nameText], run) {
    const { contexts, host } = run.runtime;
    const name = expand(nameText, run);
    host.detail?.(`Removing alias '${name}'`);
    const context = endable('unalias', name, 'Alias', run);
    if (context === undefined) return undefined;
    contexts.removeName(name);
    if (context.names.length === 0) {
      host.detail?.(`Alias '${name}' was the last reference to a context`);
    }
    return undefined;
  },
};

const alias: ActionKind = {
  name: 'alias',
  run([nameText, aliasText], run) {
    const { contexts, host } = run.runtime;
    const name = expand(nameText, run);
    const other = expand(aliasText, run);
    host.detail?.(`Creating alias '${other}' for context '${name}'`);
    const context = changeable('alias', name, "can't create alias", run);
    if (context === undefined) return undefined;
    if (contexts.peek(other) !== undefined) {
      host.detail?.(`Alias '${other}' already exists`);
      return undefined;
    }
    contexts.setName(other, context);
    return undefined;
  },
};

/** The context of a name, internal ones too; otherwise says why an action cannot do its work. */
export function existing(
  name: ByteString,
  refusal: ByteString,
  { runtime }: ActionRun,
): Context | undefined {
  const context = runtime.contexts.peek(name);
  if (context === undefined) {
    runtime.host.log(3, `Context '${name}' does not exist, ${refusal}`);
  }
  return context;
}

/** The context of a name when rules may change it; otherwise says why not. */
export function changeable(
  action: string,
  name: ByteString,
  refusal: ByteString,
  run: ActionRun,
): Context | undefined {
  const context = existing(name, refusal, run);
  if (!context?.internal) return context;
  refuseInternal(action, name, run);
  return undefined;
}

/** Says that an action cannot be used on a context that is there because a line is handled. */
export function refuseInternal(action: string, name: ByteString, { runtime }: ActionRun): void {
  runtime.host.log(3, `Invalid use of ${action} action for internal context '${name}'`);
}

/** The context of a name when it may be ended; a missing one is hardly worth telling. */
function endable(
  action: string,
  name: ByteString,
  what: 'Context' | 'Alias',
  run: ActionRun,
): Context | undefined {
  const { contexts, host } = run.runtime;
  const context = contexts.peek(name);
  if (context?.internal) {
    refuseInternal(action, name, run);
    return undefined;
  }
  if (context !== undefined && !context.expiring) return context;
  const whose = what === 'Context' ? 'is' : 'the referred context is';
  host.detail?.(`${what} '${name}' does not exist or ${whose} already going through deletion`);
  return undefined;
}

/** `create [NAME [LIFETIME [LIST]]]` */
export const readCreate: ActionReader = (parameter, context) => {
  const [name, rest] = splitFirstWord(parameter ?? '');
  const [lifetime, list] = splitFirstWord(rest ?? '');
  return settingsAction(
    create,
    [name === '' ? '%s' : name, lifetime === '' ? '0' : lifetime],
    list,
    context,
  );
};

/** `set NAME LIFETIME [LIST]` */
export const readSet: ActionReader = (parameter, context) => {
  const [name, rest] = splitFirstWord(parameter ?? '');
  const [lifetime, list] = splitFirstWord(rest ?? '');
  if (lifetime === '') return { hint: 'expected: set NAME LIFETIME [LIST]' };
  return settingsAction(set, [name, lifetime], list, context);
};

/** `delete [NAME]` */
export const readDelete = readNamed(remove);
/** `obsolete [NAME]` */
export const readObsolete = readNamed(obsolete);
/** `unalias [NAME]` */
export const readUnalias = readNamed(unalias);

/** `alias NAME [ALIAS]` */
export const readAlias: ActionReader = (parameter) => {
  const [name, other, more] = wordsOf(parameter ?? '');
  if (name === undefined || more !== undefined) return { hint: 'expected: alias NAME [ALIAS]' };
  return { action: { kind: alias, parameters: [name, other ?? '%s'] } };
};

function settingsAction(
  kind: ActionKind,
  parameters: readonly ByteString[],
  list: ByteString | undefined,
  { readNested }: ActionReadContext,
) {
  if (list === undefined) return { action: { kind, parameters } };
  const reading = readNested(withoutOuterParentheses(list));
  if (!('actions' in reading)) return reading;
  return { action: { kind, parameters: [...parameters, reading.actions] } };
}

function readNamed(kind: ActionKind): ActionReader {
  return (parameter) => {
    const [name, more] = wordsOf(textOr(parameter, ''));
    if (more !== undefined) return { hint: `expected: ${kind.name} [NAME]` };
    return { action: { kind, parameters: [name ?? '%s'] } };
  };
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [create, set, remove, obsolete, unalias, alias];
