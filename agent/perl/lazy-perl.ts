import type { Perl, PerlSource } from '../sec/perl/perl.ts';
import { findPerl } from './find-perl.ts';
import { PerlCoprocess, type PerlOptions } from './perl-coprocess.ts';

/** The host's perl, looked for when a rule first asks for it; most rules never do. */
export class LazyPerl implements PerlSource {
  readonly #options: Omit<PerlOptions, 'path'>;
  #found: PerlCoprocess | 'none' | undefined;

  constructor(options: Omit<PerlOptions, 'path'>) {
    this.#options = options;
  }

  /** Undefined on a host without a perl that can be used; why is logged once. */
  get perl(): Perl | undefined {
    this.#found ??= this.#find();
    return this.#found === 'none' ? undefined : this.#found;
  }

  /** Ends the interpreter if one was started. */
  close(): void {
    if (this.#found instanceof PerlCoprocess) this.#found.close();
    this.#found = 'none';
  }

  #find(): PerlCoprocess | 'none' {
    const found = findPerl();
    if ('path' in found) return new PerlCoprocess({ ...this.#options, path: found.path });
    const message = `rules that hold Perl are dropped: ${found.fault}`;
    this.#options.log.warn('PERL_MISSING', message);
    return 'none';
  }
}
