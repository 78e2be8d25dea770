import { NagtailError } from '../../platform/errors.ts';

/**
 * Assures that an identity's name can be that of a file, too.
 * @throws NagtailError FILE_UNWRITABLE
 */
export function assertFileName(name: string): void {
  if (/^[\w][\w.@-]{0,126}$/.test(name)) return;
  const message = `'${name}' cannot be the name of a file: expected letters, digits, dots and dashes`;
  throw new NagtailError('FILE_UNWRITABLE', message);
}
