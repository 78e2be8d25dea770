import type { ByteString } from '../protocol/byte-string.ts';
import type { CheckResult } from '../protocol/check-result.ts';
import { externalCommandLine } from '../protocol/external-command.ts';
import { commandBytesMax } from '../protocol/nsca-ng/request.ts';

/**
 * The command by which a result is pushed to an NSCA-ng server, with its newline; `cut` when
 * its output had to be shortened to what servers take. The real server refuses an empty
 * output, so that a blank stands for it.
 */
export function pushedCommand(result: CheckResult): {
  readonly line: ByteString;
  readonly cut: boolean;
} {
  const output = result.output === '' ? ' ' : result.output;
  const line = externalCommandLine({ ...result, output });
  if (line.length <= commandBytesMax) return { line, cut: false };
  const kept = line.slice(0, commandBytesMax - 1);
  // An escape that was cut in two would say something else.
  return { line: `${isWithinEscape(kept) ? kept.slice(0, -1) : kept}\n`, cut: true };
}

/** An odd number of backslashes at the end: the last one begins something. */
function isWithinEscape(text: ByteString): boolean {
  let backslashes = 0;
  while (text[text.length - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
