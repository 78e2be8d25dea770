import type { Readable } from 'node:stream';

/** Bytes of request bodies that all clients of a listener may have in memory together. */
const allBytesMax = 64 * 1024 * 1024;

/** What all requests of a listener hold in memory. */
export class BodiesInMemory {
  bytes = 0;

  get areTooMany(): boolean {
    return this.bytes > allBytesMax;
  }
}

/** `broken`: the client went away amid it. */
export type BodyReading =
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly release: () => void }
  | { readonly kind: 'too large' }
  | { readonly kind: 'too many' }
  | { readonly kind: 'broken' };

/** Reads a request to its end; what it holds in memory counts until it is released. */
export async function readBody(
  request: Readable,
  bytesMax: number,
  all: BodiesInMemory,
): Promise<BodyReading> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const release = () => {
    all.bytes -= bytes;
    bytes = 0;
  };
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      bytes += chunk.length;
      all.bytes += chunk.length;
      if (bytes > bytesMax || all.areTooMany) {
        const kind = bytes > bytesMax ? 'too large' : 'too many';
        release();
        return { kind };
      }
    }
    return { kind: 'body', bytes: Buffer.concat(chunks), release };
  } catch {
    release();
    return { kind: 'broken' };
  }
}
