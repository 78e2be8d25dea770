import { splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { internalEventContext } from '../engine/event-queue.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { expand } from './expand.ts';
import { linesOf, textOr } from './parameter-text.ts';
import { wholeNumber } from './whole-number.ts';

/**
 * Makes an event of each line of a text, now or after a number of seconds.
 * @param ownContext the internal context of the events, when they have one of their own
 */
function makeEvents(
  delay: ByteString,
  text: ByteString,
  run: ActionRun,
  ownContext?: ByteString,
): undefined {
  const internalContext = ownContext ?? internalEventContext;
  const context = ownContext === undefined ? '' : ` with context '${ownContext}'`;
  const { events, host, time } = run.runtime;
  const seconds = wholeNumber(delay);
  if (seconds === undefined) {
    host.log(3, `Invalid time specification '${delay}' for creating events`);
    return;
  }
  for (const line of linesOf(text)) {
    const event = { text: line, internalContext };
    if (seconds === 0) {
      host.detail?.(`Creating event '${line}'${context}`);
      events.push(event);
    } else {
      host.detail?.(
        `Scheduling the creation of event '${line}'${context} after ${seconds} seconds`,
      );
      events.delay(time + seconds, event);
    }
  }
}

const event: ActionKind = {
  name: 'event',
  run([delay, context, text], run) {
    // In states of older versions it may be the event of a cevent.
    const name = expand(context, run);
    const own = name === internalEventContext ? undefined : name;
    return makeEvents(expand(delay, run), expand(text, run), run, own);
  },
};

const cevent: ActionKind = {
  name: 'cevent',
  run: ([context, delay, text], run) =>
    makeEvents(expand(delay, run), expand(text, run), run, expand(context, run)),
};

/** `event [SECONDS] [TEXT]`: the seconds are digits in the rule itself. */
export const readEvent: ActionReader = (parameter) => {
  const [first, rest] = splitFirstWord(parameter ?? '');
  const delayed = /^\d+$/.test(first);
  const text = delayed ? rest : parameter;
  const parameters = [delayed ? first : '0', internalEventContext, textOr(text, '%s')];
  return { action: { kind: event, parameters } };
};

/** `tevent SECONDS [TEXT]`: the seconds may be a variable. */
export const readTevent: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: tevent SECONDS [TEXT]' };
  const [delay, text] = splitFirstWord(parameter);
  return {
    action: { kind: event, parameters: [delay, internalEventContext, textOr(text, '%s')] },
  };
};

/** `cevent CONTEXT SECONDS [TEXT]`: with an internal context of its own. */
export const readCevent: ActionReader = (parameter) => {
  const [context, rest] = splitFirstWord(parameter ?? '');
  const [delay, text] = splitFirstWord(rest ?? '');
  if (delay === '') return { hint: 'expected: cevent CONTEXT SECONDS [TEXT]' };
  return { action: { kind: cevent, parameters: [context, delay, textOr(text, '%s')] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [event, cevent];
