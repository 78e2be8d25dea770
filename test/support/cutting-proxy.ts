import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';

/**
 * A TCP proxy that resets connections after a number of bytes in either direction, and passes
 * bytes on in pieces of the sizes that it is told.
 */
export class CuttingProxy {
  readonly #server: net.Server;
  readonly #target: () => number;
  readonly #bytesUntilCut: () => number;
  readonly #pieceBytes: () => number;
  cuts = 0;

  private constructor(options: {
    readonly target: () => number;
    readonly bytesUntilCut: () => number;
    readonly pieceBytes: () => number;
  }) {
    this.#target = options.target;
    this.#bytesUntilCut = options.bytesUntilCut;
    this.#pieceBytes = options.pieceBytes;
    this.#server = net.createServer({ noDelay: true }, (client) => this.#serve(client));
  }

  /** @param options the port to pass on to, and how many bytes a connection may carry */
  static async start(
    test: TestContext,
    options: {
      readonly target: () => number;
      readonly bytesUntilCut: () => number;
      readonly pieceBytes?: () => number;
    },
  ): Promise<CuttingProxy> {
    const proxy = new CuttingProxy({ pieceBytes: () => 65_536, ...options });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    test.after(() => proxy.#server.close());
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #serve(client: net.Socket): void {
    const server = net.connect({ host: '127.0.0.1', port: this.#target(), noDelay: true });
    let left = this.#bytesUntilCut();
    const cut = () => {
      this.cuts++;
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    const pass = (from: net.Socket, to: net.Socket) => {
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('data', (chunk: Buffer) => {
        for (let at = 0; at < chunk.length && left > 0; ) {
          const piece = chunk.subarray(at, at + Math.min(this.#pieceBytes(), left));
          at += piece.length;
          left -= piece.length;
          to.write(piece);
        }
        if (left <= 0 && !client.destroyed) cut();
      });
    };
    pass(client, server);
    pass(server, client);
  }
}
