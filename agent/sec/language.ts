import type { ByteString } from '../../protocol/byte-string.ts';
import type { PerlSource } from './perl/perl.ts';

/** What a rule file may use. */
export interface Language extends PerlSource {
  readonly extensions: LanguageExtensions;
  /** The most lines that a pattern may look at; without it as many as it likes. */
  readonly patternLinesMax?: number | undefined;
}

/** What a rule file may use beyond SEC's own language; `nagtail sec` gives none of it. */
export interface LanguageExtensions {
  /** The action `submit HOST;SERVICE;STATE;OUTPUT`. */
  readonly submitAction: boolean;
  /** Base names of programs that are not started but understood: see actions/built-in-command.ts. */
  readonly builtinCommands: ReadonlySet<string>;
  /** The host of results that name none. */
  readonly hostName: ByteString;
}

/** SEC's language and nothing else. */
export const noExtensions: LanguageExtensions = {
  submitAction: false,
  builtinCommands: new Set(),
  hostName: '',
};
