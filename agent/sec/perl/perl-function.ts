import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Perl, PerlArgument, PerlOutcome, PerlReference } from './perl.ts';

/** Code that was compiled when its rule was loaded, and can be called. */
export class PerlFunction {
  readonly code: ByteString;
  readonly #reference: PerlReference;

  constructor(code: ByteString, reference: PerlReference) {
    this.code = code;
    this.#reference = reference;
  }

  /** Calls the function; see Perl.call. */
  call(perl: Perl, parameters: readonly PerlArgument[], context: 'list' | 'scalar'): PerlOutcome {
    return perl.call(this.#reference, parameters, context);
  }
}

/** Evaluates code that must give a code reference; otherwise what it gave instead, as SEC shows it. */
export function compilePerlFunction(
  code: ByteString,
  perl: Perl,
): PerlFunction | { readonly fault: ByteString } {
  const outcome = perl.evaluate(code, 'scalar');
  if ('fault' in outcome) return { fault: outcome.fault };
  const [value] = outcome.values;
  if (typeof value === 'object' && value.type === 'CODE') return new PerlFunction(code, value);
  return { fault: typeof value === 'object' ? value.text : (value ?? '') };
}
