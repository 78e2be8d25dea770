import { port, seconds, text, wholeNumber } from '../../platform/config-keys.ts';
import type { ValuesOf } from '../../platform/config-schema.ts';

/** What a listener holds to where its section says nothing, and in which words that is described. */
interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly idleTimeoutMs: number;
  /** What becomes of connections that are too many. */
  readonly whenFull: string;
  /** What a connection must bring lest it is idle. */
  readonly awaited: string;
}

const connections = { min: 1, max: 10_000, unit: 'connections' } as const;

/** Where a listener is; of every `[listen.NAME]`. */
export function addressKeys(usualPort: number) {
  return {
    address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
    port: port('TCP port to listen on', { otherwise: usualPort }),
  };
}

/** How many connections a listener has, and how long; of every `[listen.NAME]`. */
export function connectionKeys(limits: ConnectionLimits) {
  return {
    max_connections: wholeNumber(`connections at the same time; ${limits.whenFull}`, {
      ...connections,
      otherwise: limits.maxConnections,
    }),
    max_connections_per_address: wholeNumber(
      'connections of one address at the same time; more are turned away',
      { ...connections, otherwise: limits.maxConnectionsPerAddress },
    ),
    idle_timeout: seconds(`how long a connection may stay without ${limits.awaited}`, {
      min: 1,
      max: 3_600,
      otherwise: limits.idleTimeoutMs / 1_000,
    }),
  };
}

type ListenValues = ValuesOf<ReturnType<typeof addressKeys> & ReturnType<typeof connectionKeys>>;

/** The options that all listeners have, of what was read by these keys. */
export function listenOptions(values: ListenValues) {
  return {
    address: values.address,
    port: values.port,
    maxConnections: values.max_connections,
    maxConnectionsPerAddress: values.max_connections_per_address,
    idleTimeoutMs: values.idle_timeout * 1_000,
  };
}
