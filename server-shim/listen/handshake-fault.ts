import { systemCodeOf, systemReason } from '../../platform/errors.ts';

/** Why a TLS handshake failed: for counters and programs, and for people. */
export interface HandshakeFault {
  readonly reason:
    | 'unknown-identity'
    | 'wrong-password'
    | 'plain-text'
    | 'no-common-tls'
    | 'timeout'
    | 'closed'
    | 'other';
  readonly message: string;
}

const unknownIdentity: HandshakeFault = {
  reason: 'unknown-identity',
  message: 'no such identity is configured: expected an [identity.NAME] section for it',
};
const wrongPassword: HandshakeFault = {
  reason: 'wrong-password',
  message: 'wrong password',
};
const plainText: HandshakeFault = {
  reason: 'plain-text',
  message: 'it does not speak TLS: is it a client of plain NSCA (port 5667), or of HTTP?',
};
const noCommonTls: HandshakeFault = {
  reason: 'no-common-tls',
  message:
    'no common TLS: expected TLS 1.2 or 1.3 with a pre-shared key; clients with certificates, or older than TLS 1.2, have no place here',
};
const timeout: HandshakeFault = {
  reason: 'timeout',
  message: 'it did not finish the TLS handshake in time: is it a client of plain NSCA?',
};
const closed: HandshakeFault = {
  reason: 'closed',
  message:
    'it closed the connection amid the TLS handshake: a port scan, or a client that does not like our TLS',
};

const waited =
  'it sent nothing, as a client of plain NSCA (port 5667) does, which waits for us to speak first; or a port scan';

/** What OpenSSL and Node say, and what it means here. */
const faults: Readonly<Record<string, HandshakeFault>> = {
  ERR_SSL_PSK_IDENTITY_NOT_FOUND: unknownIdentity,
  ERR_SSL_BINDER_DOES_NOT_VERIFY: wrongPassword,
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: wrongPassword,
  ERR_SSL_BAD_RECORD_MAC: wrongPassword,
  ERR_SSL_DIGEST_CHECK_FAILED: wrongPassword,
  ERR_SSL_WRONG_VERSION_NUMBER: plainText,
  ERR_SSL_HTTP_REQUEST: plainText,
  ERR_SSL_HTTPS_PROXY_REQUEST: plainText,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: plainText,
  ERR_SSL_RECORD_TOO_SMALL: plainText,
  ERR_SSL_UNEXPECTED_MESSAGE: plainText,
  ERR_SSL_NO_SHARED_CIPHER: noCommonTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonTls,
  ERR_SSL_NO_APPLICATION_PROTOCOL: noCommonTls,
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: noCommonTls,
  ERR_TLS_HANDSHAKE_TIMEOUT: timeout,
  ECONNRESET: closed,
  EPIPE: closed,
};

/**
 * What a failed handshake most probably means.
 * @param client `isStranger`: it named an identity that is not known here; `saidNothing`: not a byte
 */
export function handshakeFault(
  error: unknown,
  { isStranger, saidNothing }: { readonly isStranger: boolean; readonly saidNothing: boolean },
): HandshakeFault {
  // OpenSSL may name what it tried next instead, such as a certificate that is not there.
  if (isStranger) return unknownIdentity;
  const known = faults[systemCodeOf(error) ?? ''];
  if (saidNothing && (known === closed || known === timeout)) {
    return { reason: known.reason, message: waited };
  }
  return known ?? { reason: 'other', message: `TLS failed: ${systemReason(error).trim()}` };
}
