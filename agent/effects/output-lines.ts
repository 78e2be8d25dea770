import type { Readable } from 'node:stream';
import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';

/** The longest line of a process's output that becomes an event, in bytes; the rest of it is dropped. */
const outputLineBytesMax = 1024 * 1024;

/** Reports the lines of a process's output as they become complete, and at its end an unfinished one. */
export function readOutputLines(
  stream: Readable,
  report: (lines: readonly ByteString[]) => void,
): void {
  let line = '';
  const add = (text: ByteString) => {
    line += text.slice(0, outputLineBytesMax - line.length);
  };
  stream.on('data', (chunk: Buffer) => {
    const [first = '', ...others] = byteStringFrom(chunk).split('\n');
    add(first);
    if (others.length === 0) return;
    const lines: ByteString[] = [line];
    line = '';
    add(others.pop() ?? '');
    for (const other of others) lines.push(other);
    report(lines);
  });
  stream.on('end', () => {
    if (line !== '') report([line]);
  });
}
