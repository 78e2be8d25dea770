/** The TCP port of NSCA-ng. */
export const nscaNgPort = 5668;

/**
 * The cipher suites of both ends, TLS 1.3 and 1.2. Pre-shared keys of TLS 1.3 are bound to
 * SHA-256, so that its AES-256 suite never fits; the CBC suites are those that the real
 * programs have in TLS 1.2. A list without any of the latter would shut them out.
 */
export const pskCiphers =
  'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA';

/** The newest version of TLS to use; the oldest is 1.2. */
export type TlsMax = 'TLSv1.3' | 'TLSv1.2';

/** Longer ones are beyond what TLS libraries take, in bytes. */
const identityBytesMax = 127;
const passwordBytesMax = 256;

/** Why TLS cannot use an identity and its password, or undefined when it can. */
export function pskFault(identity: string | undefined, password: Uint8Array): string | undefined {
  const identityBytes = Buffer.byteLength(identity ?? '');
  if (identityBytes > identityBytesMax) {
    return `the identity has ${identityBytes} bytes; TLS takes at most ${identityBytesMax}`;
  }
  if (password.length === 0) return 'the password is empty, with which TLS cannot work';
  if (password.length > passwordBytesMax) {
    return `the password has ${password.length} bytes; TLS takes at most ${passwordBytesMax}`;
  }
  return undefined;
}
