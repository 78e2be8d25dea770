import { readSync } from 'node:fs';

/**
 * Reads from a place of a file into the beginning of `bytes`: up to `most` bytes, and again and again until
 * there are `least` or the file has no more. One read may give less than there is, on network file systems for one.
 * Returns how many. Throws what the system throws.
 */
export function readBytes(
  fd: number,
  bytes: Buffer,
  { least, most }: { readonly least: number; readonly most: number },
  position: number,
): number {
  let length = readSync(fd, bytes, 0, most, position);
  while (length < least) {
    const more = readSync(fd, bytes, length, most - length, position + length);
    if (more === 0) break;
    length += more;
  }
  return length;
}
