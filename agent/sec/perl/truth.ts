import type { PerlValue } from './perl.ts';

/** Perl's truth: everything but undef, the empty string and `0`. */
export function isTrue(value: PerlValue): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
