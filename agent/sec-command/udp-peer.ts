import dgram from 'node:dgram';
import net from 'node:net';

/** A UDP socket for one peer, which is closed when all that was given to it has been sent. */
export class UdpPeer {
  readonly #socket: dgram.Socket;
  readonly #host: string;
  readonly #port: number;
  #pending = 0;
  #closing = false;
  #onClosed: () => void = () => {};
  /** Settles when it is closed. */
  readonly closed: Promise<void>;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
    this.#socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
    this.#socket.on('error', () => {});
    // Only what waits to be sent keeps the program alive.
    this.#socket.unref();
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  send(bytes: Uint8Array, onError: (error: Error) => void): void {
    this.#pending++;
    this.#socket.send(bytes, this.#port, this.#host, (error) => {
      this.#pending--;
      if (error) onError(error);
      this.#closeIfDone();
    });
  }

  close(): void {
    this.#closing = true;
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#closing || this.#pending > 0) return;
    this.#socket.close();
    this.#onClosed();
  }
}
