import type { TestContext } from 'node:test';
import { encodeHello, encodeResults } from '../../protocol/batch/client-frames.ts';
import { type FrameFault, FrameReader } from '../../protocol/batch/frame-reader.ts';
import { decodeServerFrame, type ServerFrame } from '../../protocol/batch/server-frames.ts';
import { numberedResults } from './list-stream.ts';
import { RawPskClient } from './raw-psk-client.ts';

/** By which TLS agrees on nagtail/1. */
export const batchTls = { ALPNProtocols: ['nagtail/1'] };

/** Frames of numbered results. */
export function resultFrames(count: number, from = 1): Buffer {
  return Buffer.concat([...encodeResults(numberedResults(count, from))].map(({ bytes }) => bytes));
}

/** What a receiver has said. */
export function framesOf(bytes: Uint8Array): (ServerFrame | FrameFault)[] {
  return [...new FrameReader(decodeServerFrame).push(bytes)];
}

/** A client of nagtail/1 that has said hello. */
export async function batchClient(
  t: TestContext,
  port: number,
  stream = 's',
): Promise<RawPskClient> {
  const client = await RawPskClient.connect(port, batchTls);
  t.after(() => client.socket.destroy());
  client.write(encodeHello({ stream, highestSeq: 100_000 }));
  await client.waitFor('a welcome', (received) => framesOf(received).length > 0);
  return client;
}

/** Waits until a client has so many frames, and gives them all. */
export async function frames(client: RawPskClient, what: string, count: number) {
  const received = await client.waitFor(what, (bytes) => framesOf(bytes).length >= count);
  return framesOf(received);
}
