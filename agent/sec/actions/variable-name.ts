import type { ByteString } from '../../../protocol/byte-string.ts';

/**
 * Takes a variable that an action sets from the beginning of its parameter:
 * `%name` or `%{name}`; its name and what follows, undefined when there is none.
 */
export function takeVariable(
  parameter: ByteString | undefined,
): { readonly name: ByteString; readonly rest: ByteString | undefined } | undefined {
  const parts = /^%(?:([A-Za-z]\w*)|\{([A-Za-z]\w*)\})(?:\s+([\s\S]*))?$/.exec(parameter ?? '');
  const name = parts?.[1] ?? parts?.[2];
  return name === undefined ? undefined : { name, rest: parts?.[3] };
}
