/** What perl is asked for: to match a pattern, or to run code of rules. */
export type PerlWork = 'pattern' | 'code';

/** Is told while perl is at work, so that a call that never returns can be found from outside. */
export interface PerlWatch {
  /** @param pid the process that is asked from now on */
  begin(work: PerlWork, pid: number): void;
  /** It has answered, or ended. */
  end(): void;
}
