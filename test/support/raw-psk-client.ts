import { once } from 'node:events';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { waitFor } from './wait-for.ts';

/** TLS with a pre-shared key, byte by byte: for what a good client would not do. */
export class RawPskClient {
  readonly socket: TLSSocket;
  #received = Buffer.alloc(0);
  /** Why the connection broke, if it did. */
  error: Error | undefined;
  ended = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  static async connect(
    port: number,
    {
      identity = 'web01',
      password = 'secret',
      ...options
    }: ConnectionOptions & { readonly identity?: string; readonly password?: string } = {},
  ): Promise<RawPskClient> {
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      ciphers:
        'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA',
      pskCallback: () => ({ identity, psk: Buffer.from(password) }),
      checkServerIdentity: () => undefined,
      ...options,
    });
    await once(socket, 'secureConnect');
    return new RawPskClient(socket);
  }

  get received(): Buffer {
    return this.#received;
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** Waits until something about what was received holds. */
  async waitFor(what: string, holds: (received: Buffer) => boolean): Promise<Buffer> {
    return await waitFor(what, () => this.#received, holds);
  }

  /** Waits until the other side has closed, in whatever way. */
  async closed(): Promise<void> {
    await waitFor('the end of the connection', () => this.ended || this.socket.destroyed);
  }
}
