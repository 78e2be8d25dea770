import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decodeInitPacket, type InitPacket } from '../protocol/nsca/init-packet.ts';
import type { KeyedCipher } from '../protocol/nsca/keyed-cipher.ts';
import type { NscaMethod } from '../protocol/nsca/nsca-method.ts';
import { encodeNscaPacket, nscaPacketBytes } from '../protocol/nsca/nsca-packet.ts';
import { createKeyedCipher } from '../protocol/nsca/packet-cipher.ts';
import { runXorClients } from './nsca-xor-clients.ts';

/** What a load is to do. */
export interface NscaLoad {
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Uint8Array;
  /** Connections at the same time. */
  readonly clients: number;
  /** In all. */
  readonly connections: number;
  readonly resultsPerConnection: number;
}

interface KeyedLoad extends NscaLoad {
  readonly cipher: KeyedCipher;
}

/** What came of it. */
export interface NscaLoadOutcome {
  /** When the first byte of a result was sent, see performance.now(). */
  readonly startMs: number;
  /** Connections that got no init packet, or no close after their last packet, in time. */
  readonly unserved: number;
}

/** After so long without an answer a client gives up. */
const giveUpMs = 5000;

const filler = Buffer.alloc(nscaPacketBytes, 'filler');

/**
 * One result a connection: each client connects, sends and waits for the close, over
 * and over, as many send_nsca would. With XOR a program in C does that: clients in JavaScript would take
 * more of the processor than the server.
 *
 * More: all connections are made and all packets encrypted before the clock starts, so
 * that the client's own encryption is not measured.
 */
export async function runNscaLoad(load: NscaLoad): Promise<NscaLoadOutcome> {
  const keyed = { ...load, cipher: createKeyedCipher(load.method, load.password) };
  return load.resultsPerConnection === 1 ? await runOneByOne(keyed) : await runPrepared(keyed);
}

async function runOneByOne(load: KeyedLoad): Promise<NscaLoadOutcome> {
  if (load.method === 1) {
    const packet = packetOf(0, 0, { timestamp: 0 });
    const startMs = performance.now();
    return { startMs, unserved: await runXorClients({ ...load, packet, giveUpMs }) };
  }
  const startMs = performance.now();
  let started = 0;
  let unserved = 0;
  await inParallel(load.clients, async () => {
    while (started < load.connections) {
      const number = started++;
      try {
        const prepared = await prepare(load, number);
        await finish(prepared);
      } catch {
        unserved++;
      }
    }
  });
  return { startMs, unserved };
}

async function runPrepared(load: KeyedLoad): Promise<NscaLoadOutcome> {
  const numbers = Array.from({ length: load.connections }, (_, n) => n);
  const prepared: Prepared[] = [];
  let unserved = 0;
  for (const number of numbers) {
    try {
      prepared.push(await prepare(load, number));
    } catch {
      unserved++;
    }
  }
  const startMs = performance.now();
  await inParallel(load.clients, async () => {
    for (let next = prepared.shift(); next !== undefined; next = prepared.shift()) {
      try {
        await finish(next);
      } catch {
        unserved++;
      }
    }
  });
  return { startMs, unserved };
}

async function inParallel(count: number, run: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, run));
}

interface Prepared {
  readonly socket: Socket;
  readonly bytes: Buffer;
}

/** Connects, reads the init packet, and encrypts all results of the connection. */
async function prepare(load: KeyedLoad, number: number): Promise<Prepared> {
  const { port, cipher, resultsPerConnection } = load;
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(giveUpMs, () => socket.destroy(new Error('given up')));
  const init = await initPacketOf(socket);
  let register = init.iv;
  const packets = Array.from({ length: resultsPerConnection }, (_, n) => {
    const ciphertext = cipher.encrypt(register, packetOf(number, n, init));
    register = cipher.nextRegister(register, ciphertext);
    return ciphertext;
  });
  socket.setTimeout(0);
  return { socket, bytes: Buffer.concat(packets) };
}

function packetOf(
  connection: number,
  result: number,
  { timestamp }: Pick<InitPacket, 'timestamp'>,
): Buffer {
  const packet = {
    timestamp,
    returnCode: 0,
    host: `host${connection}`,
    service: `service ${result}`,
    output: 'OK - everything is as it should be|load=0.42;5;10',
  };
  return encodeNscaPacket(packet, { size: nscaPacketBytes, filler }).bytes;
}

function initPacketOf(socket: Socket): Promise<InitPacket> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const decoded = decodeInitPacket(received);
      if (decoded.ok) resolve(decoded.init);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed before the init packet')));
  });
}

/** Sends, half-closes, and waits for the server's close. */
async function finish({ socket, bytes }: Prepared): Promise<void> {
  socket.setTimeout(giveUpMs);
  const closed = once(socket, 'close');
  socket.end(bytes);
  const [hadError] = await closed;
  if (hadError === true) throw new Error('the connection broke');
}
