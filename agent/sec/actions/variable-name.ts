import { hasBlank, splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Fault } from '../rule-file/fault.ts';

/** A variable that an action sets, and what follows it in the parameter. */
export interface TakenVariable {
  readonly name: ByteString;
  readonly rest: ByteString | undefined;
}

/**
 * Takes a variable that an action sets, `%name`, from the beginning of its parameter;
 * a fault for a word that is none, undefined when there is no word.
 */
export function takeVariable(parameter: ByteString | undefined): TakenVariable | Fault | undefined {
  const [word, rest] = splitFirstWord(parameter ?? '');
  if (word === '') return undefined;
  const name = /^%([A-Za-z]\w*)$/.exec(word)?.[1];
  if (name !== undefined) return { name, rest };
  const form = '%<letter>[<letter>|<digit>|<underscore>]...';
  return { fault: `Variable ${word} does not have the form ${form}` };
}

/** Takes a variable and the only word behind it; undefined for any other number of words. */
export function variableAndWord(
  parameter: ByteString | undefined,
): readonly [TakenVariable | Fault, ByteString] | readonly [undefined] {
  const [, word] = splitFirstWord(parameter ?? '');
  const variable = takeVariable(parameter);
  if (variable === undefined || word === undefined || word === '' || hasBlank(word))
    return [undefined];
  return [variable, word];
}
