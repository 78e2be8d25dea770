import { randomBytes } from 'node:crypto';

/** So much is drawn at a time. */
const poolBytes = 8_192;

/**
 * Cryptographically strong random bytes, drawn from the system in larger pieces: a connection
 * needs few of them. None is given twice.
 */
export function randomPool(): (length: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  return (length) => {
    if (length > pool.length) pool = randomBytes(Math.max(length, poolBytes));
    const given = pool.subarray(0, length);
    pool = pool.subarray(length);
    return given;
  };
}
