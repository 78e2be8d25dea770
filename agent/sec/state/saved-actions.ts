import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action, ActionParameter } from '../actions/action.ts';
import { mapActionTexts } from '../actions/run-actions.ts';
import { PerlFunction } from '../perl/perl-function.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/*
 * An action list that was bound to an event differs from that of its rule in its texts
 * only, and not in all of them. So an operation, which is never restored by another rule
 * than the one that made it, saves the texts that differ.
 */

/** Writes a text that was made of a text of the rule. */
export function saveBoundText(bound: ByteString, ofRule: ByteString, record: RecordWriter): void {
  record.optionalText(bound === ofRule ? undefined : bound);
}

/** Reads what `saveBoundText` wrote. */
export function readBoundText(ofRule: ByteString, record: RecordReader): ByteString {
  return record.optionalText() ?? ofRule;
}

/** Writes an action list that was made of a list of the rule. */
export function saveBoundActions(
  bound: readonly Action[],
  ofRule: readonly Action[],
  record: RecordWriter,
): void {
  record.flag(bound !== ofRule);
  if (bound !== ofRule) saveTexts(bound, ofRule, record);
}

/** Reads what `saveBoundActions` wrote. */
export function readBoundActions(
  ofRule: readonly Action[],
  record: RecordReader,
): readonly Action[] {
  if (!record.flag()) return ofRule;
  return mapActionTexts(ofRule, (text) => readBoundText(text, record));
}

function saveTexts(
  bound: readonly Action[],
  ofRule: readonly Action[],
  record: RecordWriter,
): void {
  for (const [index, { parameters }] of ofRule.entries()) {
    const boundParameters = bound[index]?.parameters ?? [];
    for (const [position, parameter] of parameters.entries()) {
      saveParameter(boundParameters[position], parameter, record);
    }
  }
}

function saveParameter(
  bound: ActionParameter | undefined,
  ofRule: ActionParameter,
  record: RecordWriter,
): void {
  if (typeof ofRule === 'string') {
    saveBoundText(typeof bound === 'string' ? bound : ofRule, ofRule, record);
  } else if (!(ofRule instanceof PerlFunction)) {
    saveTexts(Array.isArray(bound) ? bound : ofRule, ofRule, record);
  }
}
