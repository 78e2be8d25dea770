import { systemCodeOf, systemReason } from '../../platform/errors.ts';

/** Why a connection to an NRDP listener could not be used: for counters and programs, and for people. */
export interface NrdpConnectionFault {
  readonly reason: string;
  readonly message: string;
  /** What to answer in plain HTTP, where it may be heard. */
  readonly httpStatus?: number;
}

/** What OpenSSL and Node say of a failed handshake, and what it means here. */
const tlsFaults: readonly (readonly [RegExp, NrdpConnectionFault])[] = [
  [
    /HTTP_REQUEST|HTTPS_PROXY_REQUEST/,
    {
      reason: 'plain-text',
      message: 'it speaks HTTP, and this is HTTPS: its address must begin with https://',
    },
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE/,
    { reason: 'plain-text', message: 'it does not speak TLS' },
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)/,
    {
      reason: 'not-trusted',
      message:
        'it does not trust our certificate: its CA is not known there, it has expired, or it is for another name',
    },
  ],
  [
    /PEER_DID_NOT_RETURN_A_CERTIFICATE|CERTIFICATE_REQUIRED/,
    { reason: 'no-certificate', message: 'it has no certificate, and tls_client_ca asks for one' },
  ],
  [
    /CERT_HAS_EXPIRED|CERTIFICATE_HAS_EXPIRED/,
    { reason: 'expired', message: 'its certificate has expired' },
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|INVALID_PURPOSE/,
    {
      reason: 'bad-certificate',
      message: 'its certificate is not of tls_client_ca, or has expired',
    },
  ],
  [
    /NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|NO_SUITABLE|ALERT_HANDSHAKE_FAILURE|ALERT_PROTOCOL_VERSION/,
    { reason: 'no-common-tls', message: 'no common TLS: expected TLS 1.2 or 1.3' },
  ],
  [
    /TLS_HANDSHAKE_TIMEOUT/,
    { reason: 'timeout', message: 'it did not finish the TLS handshake in time' },
  ],
  [
    /ECONNRESET|EPIPE/,
    { reason: 'closed', message: 'it closed the connection amid the TLS handshake' },
  ],
];

/**
 * What a failed TLS handshake most probably means.
 * @param socket Node says there why it did not accept a client's certificate
 */
export function tlsConnectionFault(
  error: unknown,
  socket: { readonly authorizationError?: unknown },
): NrdpConnectionFault {
  const { authorizationError } = socket;
  const code = String(authorizationError || (systemCodeOf(error) ?? ''));
  const known = tlsFaults.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? { reason: 'other', message: `TLS failed: ${systemReason(error).trim()}` };
}

/** What bytes that are no request of HTTP most probably mean. @param first those that could not be read */
export function httpConnectionFault(
  error: unknown,
  first: Uint8Array | undefined,
): NrdpConnectionFault {
  const code = systemCodeOf(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = 'the head of its request is too long: it should send check results by POST';
    return { reason: 'too-large', message, httpStatus: 431 };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return {
      reason: 'timeout',
      message: 'it did not send its whole request in time',
      httpStatus: 408,
    };
  }
  // 0x16 begins a TLS handshake.
  if (first?.[0] === 0x16) {
    const message = 'it speaks TLS, and this is HTTP: give tls_cert and tls_key, or use http://';
    return { reason: 'tls', message };
  }
  if (code.startsWith('HPE_')) {
    return { reason: 'no-http', message: 'what it sends is no request of HTTP', httpStatus: 400 };
  }
  return { reason: 'broken', message: `the connection broke: ${systemReason(error)}` };
}
