import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecLogLevel } from '../sec/engine/host.ts';

const levels: readonly SecLogLevel[] = [1, 2, 3, 4, 5, 6];

/** The log level after INT came so many times, each of which means the next one, and what is told. */
export function levelAfterInterrupts(
  before: number,
  count: number,
): { readonly level: SecLogLevel; readonly message: ByteString } {
  const level = levels[(before - 1 + count) % levels.length] ?? 6;
  const message = `${count} SIGINT signal(s) received: setting debuglevel from ${before} to ${level}`;
  return { level, message };
}
