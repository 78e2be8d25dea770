import { byteStringOf, textOf } from '../../../protocol/byte-string.ts';
import type { Action, ActionParameter } from '../actions/action.ts';
import { findActionKind, savedName } from '../actions/action-kinds.ts';
import { type ActionOrigin, Context } from '../contexts/context.ts';
import type { PerlSource } from '../perl/perl.ts';
import { compilePerlFunction, PerlFunction } from '../perl/perl-function.ts';
import { type RecordReader, UnreadableRecord } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';
import type { RuleBook } from './rule-book.ts';

/*
 * A context outlives the rule that made it, so its record says all by itself: its actions
 * stand there by the names of their kinds, with their texts. Its events have records of
 * their own.
 */

/** The id of a rule that is there no more: no operation has it, nor one relative to it. */
const noRuleId = Number.MIN_SAFE_INTEGER;

/** How a parameter of an action is written. */
const ParameterForm = { text: 0, list: 1, code: 2 } as const;

/** Writes a context. */
export function saveContext(context: Context, book: RuleBook, record: RecordWriter): void {
  record.number(context.names.length);
  for (const name of context.names) record.text(name);
  record.time(context.createdAt);
  // Below 0 it is over: see `obsolete`.
  record.signed(context.lifetime);
  record.text(context.description);
  const { file, ruleId } = context.origin;
  record.number(book.numberOf(file, ruleId));
  record.text(byteStringOf(file));
  saveActions(context.actions, record);
}

/**
 * Reads what `saveContext` wrote.
 * @param tellLost is called when the actions need code that cannot be compiled any more; they are
 *   dropped then
 * @throws UnreadableRecord
 */
export function readContext(
  record: RecordReader,
  book: RuleBook,
  perlSource: PerlSource,
  tellLost: (what: string) => void,
): Context {
  const names = Array.from({ length: record.count() }, () => record.text());
  const createdAt = record.time();
  const lifetime = record.signed();
  const description = record.text();
  const origin = originOf(book, record.number(), textOf(record.text()));
  const actions = readActions(record, perlSource);
  if (actions === undefined) tellLost(`the actions of context ${names[0]}, which need perl`);
  const fields = { createdAt, lifetime, description, origin, actions: actions ?? [] };
  const context = new Context(fields);
  for (const name of names) context.addName(name);
  return context;
}

function originOf(book: RuleBook, ruleNumber: number, file: string): ActionOrigin {
  const rule = book.find(ruleNumber);
  return rule === undefined ? { file, ruleId: noRuleId } : rule;
}

function saveActions(actions: readonly Action[], record: RecordWriter): void {
  record.number(actions.length);
  for (const { kind, parameters } of actions) {
    record.text(savedName(kind));
    record.number(parameters.length);
    for (const parameter of parameters) saveParameter(parameter, record);
  }
}

function saveParameter(parameter: ActionParameter, record: RecordWriter): void {
  if (typeof parameter === 'string') {
    record.number(ParameterForm.text);
    record.text(parameter);
  } else if (parameter instanceof PerlFunction) {
    record.number(ParameterForm.code);
    record.text(parameter.code);
  } else {
    record.number(ParameterForm.list);
    saveActions(parameter, record);
  }
}

/** The actions; undefined when one of them cannot be made any more. */
function readActions(record: RecordReader, perlSource: PerlSource): readonly Action[] | undefined {
  const count = record.count();
  const actions: Action[] = [];
  let complete = true;
  for (let index = 0; index < count; index++) {
    const name = record.text();
    const kind = findActionKind(name);
    if (kind === undefined) throw new UnreadableRecord(`there is no action ${name}`);
    const parameters: ActionParameter[] = [];
    const parameterCount = record.count();
    for (let position = 0; position < parameterCount; position++) {
      const parameter = readParameter(record, perlSource);
      if (parameter === undefined) complete = false;
      else parameters.push(parameter);
    }
    actions.push({ kind, parameters });
  }
  return complete ? actions : undefined;
}

function readParameter(record: RecordReader, perlSource: PerlSource): ActionParameter | undefined {
  switch (record.number()) {
    case ParameterForm.text:
      return record.text();
    case ParameterForm.list:
      return readActions(record, perlSource);
    case ParameterForm.code: {
      const source = record.text();
      const code = perlSource.perl && compilePerlFunction(source, perlSource.perl);
      return code instanceof PerlFunction ? code : undefined;
    }
    default:
      throw new UnreadableRecord('an action has an unknown kind of parameter');
  }
}
