import { actionsText } from '../../agent/sec/actions/action-text.ts';
import type { Engine } from '../../agent/sec/engine/engine.ts';
import { textOfValue } from '../../agent/sec/substitute/action-variables.ts';

/**
 * Everything that an engine knows, as lines: two engines with the same ones go on alike. The
 * numbers under which things are saved are no part of it, nor what lives in perl.
 */
export function describeEngine(engine: Engine): string[] {
  const { operations, contexts, variables, events, windows } = engine;
  const lines: string[] = [];
  for (const operation of operations.all) {
    const { actions, ...details } = operation.details();
    const lists = Object.entries(actions).map(([name, list]) => [name, actionsText(list)]);
    const { key, windowStart, dueAt } = operation;
    lines.push(`operation ${JSON.stringify([key, windowStart, dueAt, details, lists])}`);
  }
  for (const context of contexts.all) {
    const { names, createdAt, lifetime, description, origin, actions, events: store } = context;
    const { file, ruleId } = origin;
    const settings = [[...names], createdAt, lifetime, description, file, ruleId];
    const stored = store.all.map(({ text, time }) => [text, time]);
    lines.push(`context ${JSON.stringify([settings, actionsText(actions), stored])}`);
  }
  const plain = [...variables].filter(([, value]) => typeof value !== 'object').sort();
  for (const [name, value] of plain) lines.push(`variable ${name} = ${textOfValue(value)}`);
  for (const event of events.ready) lines.push(`ready ${JSON.stringify(event)}`);
  for (const { at, event } of events.delayed) lines.push(`at ${at} ${JSON.stringify(event)}`);
  if (windows.size > 1) {
    for (const [name, window] of windows.named()) {
      const sources = window.sources(windows.size);
      lines.push(`window ${name} ${JSON.stringify([window.all, sources])}`);
    }
  }
  return lines;
}
