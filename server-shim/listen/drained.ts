import type { Writable } from 'node:stream';

/** Resolves when the other side has read so much that more may be written, or is gone. */
export async function drained(stream: Writable): Promise<void> {
  while (stream.writableNeedDrain && !stream.destroyed) {
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off('drain', done);
        stream.off('close', done);
        resolve();
      };
      stream.once('drain', done);
      stream.once('close', done);
    });
  }
}
