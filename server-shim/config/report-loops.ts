import net from 'node:net';
import type { ProblemList } from '../../platform/problem.ts';
import type { ListenAddress } from '../listen/open-port.ts';
import type { SinkConfig } from './sink-config.ts';

/** A sink that forwards to a listener of the same receiver would send each result round for ever. */
export function reportLoops(
  sinks: readonly SinkConfig[],
  listeners: Readonly<Record<'nsca' | 'nsca-ng', ListenAddress | undefined>>,
  problems: ProblemList,
): void {
  for (const { place, options } of sinks) {
    if (options.type !== 'nsca' && options.type !== 'nsca-ng') continue;
    const listener = listeners[options.type];
    if (listener === undefined || listener.port !== options.port) continue;
    if (!isOurs(options.host, listener.address)) continue;
    const message = `${options.host}, port ${options.port}, is where this receiver listens itself: results would forward to themselves for ever`;
    problems.error(place, message);
  }
}

/** Whether a host is this machine beyond doubt. A name may still lead here: that shows in the counters only. */
function isOurs(host: string, listening: string): boolean {
  if (host === listening) return true;
  const isLoopback =
    host === 'localhost' || (net.isIPv4(host) && host.startsWith('127.')) || host === '::1';
  return isLoopback && (listening === '*' || listening === 'localhost');
}
