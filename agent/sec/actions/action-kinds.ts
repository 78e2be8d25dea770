import type { ActionKind } from './action.ts';
import { kinds as commands } from './commands.ts';
import { kinds as contextEvents } from './context-events.ts';
import { kinds as contextInfo } from './context-info.ts';
import { kinds as contexts } from './contexts.ts';
import { kinds as events } from './events.ts';
import { kinds as flow } from './flow.ts';
import { kinds as inputs } from './input-actions.ts';
import { kinds as logonly } from './logonly.ts';
import { kinds as none } from './none.ts';
import { kinds as operations } from './operations.ts';
import { kinds as perl } from './perl-actions.ts';
import { kinds as reports } from './reports.ts';
import { socketActions } from './sockets.ts';
import { kinds as submit } from './submit.ts';
import { kinds as variables } from './variables.ts';
import { kinds as write } from './write.ts';

const all = [
  ...[commands, contextEvents, contextInfo, contexts, events, flow, inputs, logonly, none].flat(),
  ...[operations, perl, reports, submit, variables, write].flat(),
  ...socketActions.map(({ kind }) => kind),
];

const byName = new Map(all.map((kind) => [savedName(kind), kind]));

/** What a saved action knows its kind by. It never changes: states of older versions are read. */
export function savedName({ savedAs, name }: ActionKind): string {
  return savedAs ?? name;
}

/** The kind of a saved action. */
export function findActionKind(name: string): ActionKind | undefined {
  return byName.get(name);
}
