import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { ResultJournal } from '../journal/result-journal.ts';
import type { CommandIntake } from './command-intake.ts';
import { ListenerSlot, type PreparedListener } from './listener-slot.ts';
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
  /**
   * Goes by other options from now on. Gives what would need a restart, in words. Rejects with
   * LISTEN_FAILED when something cannot be opened, and all is as before then.
   */
  reload(options: ListenOptions): Promise<readonly string[]>;
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

/** What is logged of a listener, beside its port. */
interface ListenFields {
  readonly address: string;
  readonly method?: number;
  readonly path?: string;
  readonly https?: boolean;
}

/** Opens all listeners; rejects with LISTEN_FAILED, and none is open then. */
export async function openListeners(
  options: ListenOptions,
  parts: ListenParts,
): Promise<Listeners> {
  const listeners = new AllListeners(parts);
  try {
    await listeners.reload(options);
  } catch (error) {
    await listeners.stop(0);
    throw error;
  }
  return listeners;
}

class AllListeners implements Listeners {
  readonly #nsca: ListenerSlot<NscaListenerOptions>;
  readonly #nscaNg: ListenerSlot<NscaNgListenerOptions>;
  readonly #nrdp: ListenerSlot<NrdpListenerOptions>;

  constructor(parts: ListenParts) {
    const { log } = parts;
    const told = <Listener extends { readonly port: number }>(
      listener: Listener,
      protocol: string,
      fields: ListenFields,
    ) => {
      const { port } = listener;
      const message = `listening for ${protocol} on ${fields.address}, port ${port}`;
      log.info('LISTENING', message, { protocol: protocol.toLowerCase(), ...fields, port });
      return listener;
    };
    const nscaParts = { ...parts, randomBytes: randomPool() };
    this.#nsca = new ListenerSlot(async (options) => {
      const { address, method } = options;
      return told(await listenNsca(options, nscaParts), 'NSCA', { address, method });
    });
    this.#nscaNg = new ListenerSlot(async (options) => {
      const { address } = options;
      return told(await listenNscaNg(options, parts), 'NSCA-ng', { address });
    });
    this.#nrdp = new ListenerSlot(async (options) => {
      const { address, path, tls } = options;
      const fields = { address, path, https: tls !== undefined };
      return told(await listenNrdp(options, parts), 'NRDP', fields);
    });
  }

  get ports(): Listeners['ports'] {
    const portOf = (slot: { readonly listener: { readonly port: number } | undefined }) =>
      slot.listener?.port ?? 0;
    return { nsca: portOf(this.#nsca), nscaNg: portOf(this.#nscaNg), nrdp: portOf(this.#nrdp) };
  }

  get status(): readonly ListenerStatus[] {
    const all = { nsca: this.#nsca, 'nsca-ng': this.#nscaNg, nrdp: this.#nrdp };
    return Object.entries(all).flatMap(([protocol, { listener }]) => {
      if (listener === undefined) return [];
      const { port, connections, maxConnections } = listener;
      return [{ protocol, port, connections, maxConnections }];
    });
  }

  async reload({ nsca, nscaNg, nrdp }: ListenOptions): Promise<readonly string[]> {
    const prepared: PreparedListener[] = [];
    try {
      prepared.push(await this.#nsca.prepare(nsca));
      prepared.push(await this.#nscaNg.prepare(nscaNg));
      prepared.push(await this.#nrdp.prepare(nrdp));
    } catch (error) {
      await Promise.all(prepared.map((listener) => listener.cancel()));
      throw error;
    }
    return prepared.map((listener) => listener.commit()).filter((need) => need !== undefined);
  }

  async stop(graceMs: number): Promise<void> {
    const slots = [this.#nsca, this.#nscaNg, this.#nrdp];
    await Promise.all(slots.map((slot) => slot.stop(graceMs)));
  }
}
