import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  decodeInitPacket,
  type InitPacket,
  initPacketBytes,
} from '../../protocol/nsca/init-packet.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import {
  encodeNscaPacket,
  type NscaPacket,
  type NscaPacketSize,
} from '../../protocol/nsca/nsca-packet.ts';
import { createPacketCipher, type PacketCipher } from '../../protocol/nsca/packet-cipher.ts';

/** How a connection ended: orderly (FIN), or by a reset or another error. */
export type Ending = 'closed' | 'reset';

/** An NSCA client that can do what no decent one does: send halves, junk, mixtures. */
export class RawNscaClient {
  readonly socket: Socket;
  readonly init: InitPacket;
  readonly #cipher: PacketCipher;
  readonly #ending: Promise<Ending>;

  private constructor(socket: Socket, init: InitPacket, cipher: PacketCipher) {
    this.socket = socket;
    this.init = init;
    this.#cipher = cipher;
    this.#ending = endingOf(socket);
  }

  /** Connects to 127.0.0.1 and reads the init packet. */
  static async connect(
    port: number,
    method: NscaMethod,
    password: string | Uint8Array,
  ): Promise<RawNscaClient> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'readable');
    const init = decodeInitPacket(socket.read(initPacketBytes));
    if (!init.ok) throw new Error('no init packet came');
    const cipher = createPacketCipher(method, Buffer.from(password), init.init.iv);
    return new RawNscaClient(socket, init.init, cipher);
  }

  /** The ciphertext of the connection's next packet. */
  packet(packet: Partial<NscaPacket>, size: NscaPacketSize = 4304): Buffer {
    const { timestamp } = this.init;
    const all = { timestamp, returnCode: 0, host: 'h', service: 's', output: 'fine', ...packet };
    const { bytes } = encodeNscaPacket(all, { size, filler: Buffer.alloc(size, 'x') });
    return Buffer.from(this.#cipher.encrypt(bytes));
  }

  /** Sends bytes and waits until they are with the system. */
  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Half-closes and waits for the server's answer. */
  async end(): Promise<Ending> {
    this.socket.end();
    return await this.#ending;
  }

  /** Waits for the server to end the connection by itself. */
  async ended(): Promise<Ending> {
    return await this.#ending;
  }
}

function endingOf(socket: Socket): Promise<Ending> {
  return new Promise((resolve) => {
    socket.once('error', () => resolve('reset'));
    socket.once('end', () => resolve('closed'));
    socket.once('close', (hadError) => resolve(hadError ? 'reset' : 'closed'));
    socket.resume();
  });
}
