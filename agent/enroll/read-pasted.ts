import type { Readable, Writable } from 'node:stream';

/** A token and blanks around it are far shorter. */
const pastedLengthMax = 16_384;

/**
 * What is pasted: up to the first line end that a person types at a terminal, or everything of
 * a file or pipe.
 */
export async function readPasted(
  input: Readable & { readonly isTTY?: boolean },
  prompt: Writable,
): Promise<string> {
  if (input.isTTY === true) prompt.write('Paste the token of nagtail-shim secret token: ');
  let pasted = '';
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    pasted += Buffer.from(chunk).toString('utf8');
    const isWhole = input.isTTY === true && pasted.includes('\n');
    if (isWhole || pasted.length > pastedLengthMax) break;
  }
  return pasted;
}
