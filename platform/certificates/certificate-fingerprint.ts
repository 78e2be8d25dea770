import { X509Certificate } from 'node:crypto';

/** The SHA-256 of a certificate (of the first one in a PEM), as 64 hexadecimal digits in lower case. */
export function certificateFingerprint(pem: string | Uint8Array): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}
