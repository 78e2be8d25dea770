import { type ReadContext, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import type { Identities } from '../admit/identity.ts';
import type { NscaNgListenerOptions } from '../listen/nsca-ng-listener.ts';
import { nscaNgListenKeys } from './nsca-ng-keys.ts';

/** Reads `[listen.nsca-ng]`; undefined after reporting what is wrong. */
export function readNscaNgListen(
  section: IniSection,
  identities: Identities,
  context: ReadContext,
  problems: ProblemList,
): Required<Omit<NscaNgListenerOptions, 'fd' | 'backlogBytesMax'>> | undefined {
  const read = readSection(section, nscaNgListenKeys, context, problems);
  if (read === undefined) return undefined;
  if (identities.size === 0) {
    const message = '[listen.nsca-ng] lets nobody in: expected [identity.NAME] sections';
    problems.error(section.place, message);
  }
  const { address, port, tls_max, max_connections, idle_timeout } = read.values;
  const { max_connections_per_address: maxConnectionsPerAddress } = read.values;
  return {
    address,
    port,
    identities,
    tlsMax: `TLSv${tls_max}`,
    maxConnections: max_connections,
    maxConnectionsPerAddress,
    idleTimeoutMs: idle_timeout * 1000,
  };
}
