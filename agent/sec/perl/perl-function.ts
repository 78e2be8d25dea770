import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Perl, PerlArgument, PerlOutcome, PerlReference } from './perl.ts';

/** Code that was compiled when its rule was loaded, and can be called. */
export class PerlFunction {
  readonly code: ByteString;
  #reference: PerlReference;
  #generation: number;

  constructor(code: ByteString, reference: PerlReference, generation: number) {
    this.code = code;
    this.#reference = reference;
    this.#generation = generation;
  }

  /** What Perl prints for it: `CODE(0x…)`. */
  get text(): ByteString {
    return this.#reference.text;
  }

  /** Calls the function; see Perl.call. After the interpreter was lost it is compiled anew. */
  call(perl: Perl, parameters: readonly PerlArgument[], context: 'list' | 'scalar'): PerlOutcome {
    if (perl.generation !== this.#generation) {
      const again = compilePerlFunction(this.code, perl);
      if (!(again instanceof PerlFunction)) return again;
      this.#reference = again.#reference;
      this.#generation = again.#generation;
    }
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
  if (typeof value === 'object' && value.type === 'CODE')
    return new PerlFunction(code, value, perl.generation);
  return { fault: typeof value === 'object' ? value.text : (value ?? 'undef') };
}
