import { byteStringOf } from '../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../sec/language.ts';

/** What `nagtail run` adds to SEC's language. */
export function agentExtensions(settings: {
  readonly hostName: string;
  readonly builtinCommands: readonly string[];
}): LanguageExtensions {
  return {
    submitAction: true,
    builtinCommands: new Set(settings.builtinCommands),
    hostName: byteStringOf(settings.hostName),
  };
}
