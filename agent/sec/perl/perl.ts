import type { ByteString } from '../../../protocol/byte-string.ts';

/** A reference that lives in the interpreter: code or a hash; strings and undef are themselves. */
export interface PerlReference {
  /** Its number there; valid until the interpreter is restarted. */
  readonly reference: number;
  readonly type: 'CODE' | 'HASH' | 'other';
  /** What Perl prints for it: `CODE(0x…)`. */
  readonly text: ByteString;
  /** The content of a hash at the time of the call. */
  readonly entries?: ReadonlyMap<ByteString, ByteString | undefined>;
}

/** A scalar that comes out of Perl code. */
export type PerlValue = ByteString | undefined | PerlReference;

/** What can be given to a Perl function: a scalar, a list (as array reference), a hash (as hash reference). */
export type PerlArgument =
  | PerlValue
  | readonly (ByteString | undefined)[]
  | ReadonlyMap<ByteString, ByteString | undefined>;

/** What Perl code gave, or the text of `$@` without a newline at its end. */
export type PerlOutcome =
  | { readonly values: readonly PerlValue[] }
  | { readonly fault: ByteString };

/** What a Perl regular expression found: groups by number (entry 0 is the whole match) and by name. */
export interface PerlRegexMatch {
  readonly groups: readonly (ByteString | undefined)[];
  readonly names: ReadonlyMap<ByteString, ByteString | undefined>;
}

/**
 * Where an interpreter comes from: undefined on a host without perl. Looking for it
 * may take milliseconds, so that only what needs Perl asks.
 */
export interface PerlSource {
  readonly perl: Perl | undefined;
}

/**
 * The Perl interpreter that runs the Perl code of rules: one for all of them, in
 * package main::SEC, its state kept between calls. All calls are synchronous: when
 * one returns, the code has run.
 */
export interface Perl {
  /** Goes up whenever the interpreter had to be started anew: references from before are worthless then. */
  readonly generation: number;
  /** Evaluates code in list or scalar context (which gives exactly one value). */
  evaluate(code: ByteString, context: 'list' | 'scalar'): PerlOutcome;
  /** Calls a code reference with arguments. */
  call(
    code: PerlReference,
    parameters: readonly PerlArgument[],
    context: 'list' | 'scalar',
  ): PerlOutcome;
  /** Compiles a regular expression that only Perl can run; the reference, or Perl's message. */
  compileRegex(
    pattern: ByteString,
  ): { readonly regex: PerlReference } | { readonly fault: ByteString };
  /** Matches a compiled regular expression; undefined when it does not match. */
  matchRegex(regex: PerlReference, text: ByteString): PerlRegexMatch | undefined;
  /** Lets go of a reference that nothing needs any more. */
  release(reference: PerlReference): void;
}
