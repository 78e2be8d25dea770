import net from 'node:net';

/** Bytes of the init packet: an IV and the time. */
const initBytes = 132;
const packetBytes = 4304;
/** Where the plugin output stands in a packet without encryption. */
const outputAt = 206;

/** A receiver of plain NSCA without encryption that tells when each result arrives. */
export interface ResultReceiver {
  readonly port: number;
  close(): void;
}

/** Listens on loopback. @param onResult gets the plugin output of each result as it arrives */
export async function receiveResults(
  onResult: (output: string, atMs: number) => void,
): Promise<ResultReceiver> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const init = Buffer.alloc(initBytes);
    init.writeUInt32BE(Math.floor(Date.now() / 1000), initBytes - 4);
    socket.write(init);
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const atMs = performance.now();
      bytes = Buffer.concat([bytes, chunk]);
      for (; bytes.length >= packetBytes; bytes = bytes.subarray(packetBytes)) {
        onResult(bytes.toString('latin1', outputAt, bytes.indexOf(0, outputAt)), atMs);
      }
    });
    socket.on('end', () => socket.end());
    // A client that is killed is no failure of the benchmark's.
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => server.close() };
}
