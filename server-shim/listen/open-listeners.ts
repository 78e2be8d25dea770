import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { ResultJournal } from '../journal/result-journal.ts';
import type { CommandIntake } from './command-intake.ts';
import { listenNrdp, type NrdpListenerOptions } from './nrdp-listener.ts';
import { listenNsca, type NscaListenerOptions } from './nsca-listener.ts';
import { listenNscaNg, type NscaNgListenerOptions } from './nsca-ng-listener.ts';
import { randomPool } from './random-pool.ts';
import type { ResultIntake } from './result-intake.ts';

/** Which protocols are listened for. */
export interface ListenOptions {
  readonly nsca?: NscaListenerOptions | undefined;
  readonly nscaNg?: NscaNgListenerOptions | undefined;
  readonly nrdp?: NrdpListenerOptions | undefined;
}

/** What listeners need of the receiver. */
export interface ListenParts {
  readonly intake: ResultIntake;
  readonly commands: CommandIntake;
  readonly journal: Pick<ResultJournal, 'lastSeq' | 'lastChecksum'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** All open listeners. */
export interface Listeners {
  /** Their ports; 0 for a protocol that is not listened for. */
  readonly ports: { readonly nsca: number; readonly nscaNg: number; readonly nrdp: number };
  /** How each of them stands now. */
  readonly status: readonly ListenerStatus[];
  /** Takes no more connections and ends the open ones, by force after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** How a listener stands. */
export interface ListenerStatus {
  readonly protocol: string;
  readonly port: number;
  /** That are open. */
  readonly connections: number;
  readonly maxConnections: number;
}

interface OpenListener {
  readonly port: number;
  readonly connections: number;
  readonly maxConnections: number;
  stop(graceMs: number): Promise<void>;
}

/** What is logged of a listener, beside its port. */
interface ListenFields {
  readonly address: string;
  readonly method?: number;
  readonly path?: string;
  readonly https?: boolean;
}

/** Opens all listeners; rejects with LISTEN_FAILED, and none is open then. */
export async function openListeners(
  { nsca, nscaNg, nrdp }: ListenOptions,
  parts: ListenParts,
): Promise<Listeners> {
  const { log } = parts;
  const open = new Map<string, OpenListener>();
  const keep = (listener: OpenListener, protocol: string, fields: ListenFields) => {
    const { port } = listener;
    const message = `listening for ${protocol} on ${fields.address}, port ${port}`;
    log.info('LISTENING', message, { protocol: protocol.toLowerCase(), ...fields, port });
    open.set(protocol.toLowerCase(), listener);
    return port;
  };
  const stop = async (graceMs: number) => {
    await Promise.all([...open.values()].map((listener) => listener.stop(graceMs)));
  };
  const ports = { nsca: 0, nscaNg: 0, nrdp: 0 };
  try {
    if (nsca !== undefined) {
      const { address, method } = nsca;
      const listener = await listenNsca(nsca, { ...parts, randomBytes: randomPool() });
      ports.nsca = keep(listener, 'NSCA', { address, method });
    }
    if (nscaNg !== undefined) {
      const { address } = nscaNg;
      ports.nscaNg = keep(await listenNscaNg(nscaNg, parts), 'NSCA-ng', { address });
    }
    if (nrdp !== undefined) {
      const { address, path, tls } = nrdp;
      const listener = await listenNrdp(nrdp, parts);
      ports.nrdp = keep(listener, 'NRDP', { address, path, https: tls !== undefined });
    }
  } catch (error) {
    await stop(0);
    throw error;
  }
  return {
    ports,
    get status() {
      return [...open].map(([protocol, { port, connections, maxConnections }]) => {
        return { protocol, port, connections, maxConnections };
      });
    },
    stop,
  };
}
