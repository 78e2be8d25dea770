import net from 'node:net';
import type { ProblemList } from '../../platform/problem.ts';
import type { ServerAddress } from '../../platform/server-addresses.ts';
import type { ListenAddress } from '../listen/open-port.ts';
import type { SinkConfig } from './sink-config.ts';

/** A sink that forwards to a listener of the same receiver would send each result round for ever. */
export function reportLoops(
  sinks: readonly SinkConfig[],
  listeners: Readonly<Record<'nsca' | 'nsca-ng' | 'nrdp', ListenAddress | undefined>>,
  problems: ProblemList,
): void {
  for (const { place, options } of sinks) {
    if (options.type !== 'forward') continue;
    const { receiver } = options;
    const listener = listeners[receiver.protocol];
    if (listener === undefined) continue;
    const addresses = receiver.protocol === 'nrdp' ? receiver.urls.map(addressOf) : [receiver];
    const ours = addresses.find(
      ({ host, port }) => port === listener.port && isOurs(host, listener.address),
    );
    if (ours === undefined) continue;
    const message = `${ours.host}, port ${ours.port}, is where this receiver listens itself: results would forward to themselves for ever`;
    problems.error(place, message);
  }
}

function addressOf({ hostname, port, protocol }: URL): ServerAddress {
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}

/** Whether a host is this machine beyond doubt. A name may still lead here: that shows in the counters only. */
function isOurs(host: string, listening: string): boolean {
  if (host === listening) return true;
  const isLoopback =
    host === 'localhost' || (net.isIPv4(host) && host.startsWith('127.')) || host === '::1';
  return isLoopback && (listening === '*' || listening === 'localhost');
}
