import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { PerlOutcome } from './perl.ts';
import type { PerlFunction } from './perl-function.ts';

const noPerl: PerlOutcome = { fault: 'this host has no perl' };

/** `PARAMETERS -> CODE`: calls with the words of a text. */
export function callWithWords(
  code: PerlFunction,
  parameters: ByteString,
  context: 'list' | 'scalar',
  { perl }: Runtime,
): PerlOutcome {
  if (perl === undefined) return noPerl;
  return code.call(perl, wordsOf(parameters), context);
}

/** `NAMES :> CODE`: calls with the sets of match variables of these names; undef for an unknown one. */
export function callWithSets(
  code: PerlFunction,
  names: ByteString,
  context: 'list' | 'scalar',
  { perl, matchCache }: Runtime,
): PerlOutcome {
  if (perl === undefined) return noPerl;
  const sets = wordsOf(names).map((name) => matchCache.get(name)?.entries());
  return code.call(perl, sets, context);
}
