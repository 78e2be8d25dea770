import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LanguageExtensions } from '../language.ts';
import type { ActionReading } from './action.ts';
import { isBuiltIn } from './built-in-command.ts';
import { commandWords } from './command-words.ts';
import { submitAction } from './submit.ts';

/** A tab as rules can write it. */
const tab = /\t|%\{\.tab\}|%\.tab(?!\w)/;

/** A newline at the end, as rules can write it: send_nsca reads to it, and it is no part of the output. */
const finalNewline = /(?:\n|%\{\.nl\}|%\.nl)$/;

/**
 * Understands a text that is given to a program as send_nsca reads it:
 * `HOST<tab>SERVICE<tab>CODE<tab>OUTPUT`, without SERVICE a host check; `-d CHAR` names another delimiter.
 * Undefined when the program is another one, or the text has other fields.
 *
 * The text is split before variables are replaced: a value from a log stays within its field.
 */
export function readPipedResult(
  text: ByteString,
  command: ByteString,
  extensions: LanguageExtensions,
): ActionReading | undefined {
  if (!isBuiltIn(command, extensions)) return undefined;
  const words = commandWords(command);
  if (words === undefined) return undefined;
  const delimiter = words[words.indexOf('-d') + 1];
  const isTab = !words.includes('-d') || delimiter === undefined;
  const fields = text.replace(finalNewline, '').split(isTab ? tab : delimiter);
  const [host = '', second = '', third = '', ...output] = fields;
  if (fields.length === 3) return submitAction([host, '', second, third], extensions);
  if (fields.length < 4) return undefined;
  const rest = output.join(isTab ? '\t' : delimiter);
  return submitAction([host, second, third, rest], extensions);
}
