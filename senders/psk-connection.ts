import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { connectTcp } from '../platform/connect-tcp.ts';
import { NagtailError, systemCodeOf, systemReason } from '../platform/errors.ts';
import type { Secret } from '../platform/secret.ts';
import type { ServerAddress } from '../platform/server-addresses.ts';
import { pskCiphers, type TlsMax } from '../protocol/nsca-ng/tls-psk.ts';

/** Who we are, and how TLS is spoken. */
export interface PskOptions {
  readonly identity: string;
  readonly password: Secret;
  readonly tlsMax: TlsMax;
  /** OpenSSL's list of cipher suites, in place of ours. */
  readonly ciphers?: string | undefined;
}

/**
 * Opens TLS with a pre-shared key, and offers application protocols by ALPN: a receiver that knows
 * one takes it up, the real nsca-ng ignores them.
 * @throws NagtailError PEER_UNREACHABLE, PEER_PROTOCOL, PEER_REFUSED or the signal's reason
 */
export async function openPsk(
  address: ServerAddress,
  options: PskOptions & { readonly applications: readonly string[] },
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { identity, password, tlsMax, applications, ciphers = pskCiphers } = options;
  const tcp = await connectTcp(address, signal);
  tcp.setNoDelay(true);
  // Not imported: senders of other protocols need no TLS, which takes 4 MiB.
  const socket = process.getBuiltinModule('node:tls').connect({
    socket: tcp,
    ...(applications.length === 0 ? {} : { ALPNProtocols: [...applications] }),
    ciphers,
    minVersion: 'TLSv1.2',
    maxVersion: tlsMax,
    pskCallback: () => ({ identity, psk: password.reveal() }),
    // There is no certificate; the key proves both sides.
    checkServerIdentity: () => undefined,
  });
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted && signal.reason instanceof NagtailError) throw signal.reason;
    throw handshakeError(error, identity);
  }
}

/**
 * What OpenSSL calls the server's alerts, and what they mean. The names in front of `ALERT`
 * differ between its versions.
 */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/ALERT_UNKNOWN_PSK_IDENTITY/, 'it does not know'],
  // In TLS 1.3 a server without certificates says no more to a stranger.
  [/ALERT_HANDSHAKE_FAILURE/, 'it does not know (or has no TLS in common with)'],
  [
    /ALERT_(BAD_RECORD_MAC|DECRYPT_ERROR|ILLEGAL_PARAMETER)|DECRYPTION_FAILED/,
    'it does not accept the password of',
  ],
];

const noTls =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE|HTTP/;

function handshakeError(error: unknown, identity: string): NagtailError {
  if (error instanceof NagtailError) return error;
  const code = systemCodeOf(error) ?? '';
  const refusal = refusals.find(([alert]) => alert.test(code));
  if (refusal !== undefined) {
    const message = `${refusal[1]} identity ${identity}`;
    return new NagtailError('PEER_REFUSED', message, { cause: error });
  }
  if (noTls.test(code)) {
    const message = 'it does not speak TLS: is this the port of plain NSCA (5667)?';
    return new NagtailError('PEER_PROTOCOL', message, { cause: error });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    const message =
      'it closed the connection amid the TLS handshake: it may not accept this address, or be another service';
    return new NagtailError('PEER_CLOSED_EARLY', message, { cause: error });
  }
  const message = `TLS cannot be set up: ${systemReason(error).trim()}`;
  return new NagtailError('PEER_PROTOCOL', message, { cause: error });
}
