import { NagtailError } from '../../platform/errors.ts';
import type { ListenAddress } from './open-port.ts';

/** An open listener, whatever it speaks. */
export interface OpenListener<Options> {
  /** The port that was opened; the chosen one when port 0 was asked for. */
  readonly port: number;
  /** How many connections are open now. */
  readonly connections: number;
  readonly maxConnections: number;
  /**
   * Goes by other options from now on, its open connections too as far as their protocol allows.
   * Gives what it cannot change while it is open, in words.
   */
  reload(options: Options): string | undefined;
  /**
   * Takes no more connections, ends the open ones, and resets what is left after `graceMs`. When only the
   * listener goes and not the program, those that end by themselves may do so.
   */
  stop(graceMs: number, isProgramOver?: boolean): Promise<void>;
}

/** What a reload is about to do with a listener. */
export interface PreparedListener {
  /** Does it; cannot fail. Gives what needs a restart instead, in words. */
  commit(): string | undefined;
  /** Leaves everything as it was. */
  cancel(): Promise<void>;
}

/** Connections of a listener that is not wanted any more may go on for so long. */
const retireMs = 60_000;

interface Current<Options> {
  readonly options: Options;
  readonly listener: OpenListener<Options>;
}

/** The place of a protocol's listener, which can be open or not, and go from one address to another. */
export class ListenerSlot<Options extends ListenAddress> {
  readonly #open: (options: Options) => Promise<OpenListener<Options>>;
  readonly #retired = new Set<OpenListener<Options>>();
  #current: Current<Options> | undefined;

  constructor(open: (options: Options) => Promise<OpenListener<Options>>) {
    this.#open = open;
  }

  get listener(): Omit<OpenListener<Options>, 'reload' | 'stop'> | undefined {
    return this.#current?.listener;
  }

  /**
   * Prepares to go by these options; undefined: not to listen any more. What may fail is done here.
   * @throws NagtailError LISTEN_FAILED
   */
  async prepare(options: Options | undefined): Promise<PreparedListener> {
    const before = this.#current;
    if (options === undefined) return this.#prepared(undefined);
    if (before !== undefined && isSamePlace(before.options, options)) {
      return {
        commit: () => {
          this.#current = { options, listener: before.listener };
          return before.listener.reload(options);
        },
        cancel: async () => {},
      };
    }
    return this.#prepared({ options, listener: await this.#openBeside(options) });
  }

  async stop(graceMs: number): Promise<void> {
    const all = [...this.#retired];
    if (this.#current !== undefined) all.push(this.#current.listener);
    await Promise.all(all.map((listener) => listener.stop(graceMs)));
  }

  async #openBeside(options: Options): Promise<OpenListener<Options>> {
    try {
      return await this.#open(options);
    } catch (error) {
      const before = this.#current?.options;
      if (before?.port !== options.port) throw error;
      const message = `port ${options.port} is open on ${before.address}: to listen on ${options.address} instead needs a restart`;
      throw new NagtailError('LISTEN_FAILED', message, { cause: error });
    }
  }

  #prepared(next: Current<Options> | undefined): PreparedListener {
    return {
      commit: () => {
        const before = this.#current;
        this.#current = next;
        if (before !== undefined) this.#retire(before.listener);
        return undefined;
      },
      cancel: async () => next?.listener.stop(0),
    };
  }

  #retire(listener: OpenListener<Options>): void {
    this.#retired.add(listener);
    void listener.stop(retireMs, false).then(() => this.#retired.delete(listener));
  }
}

function isSamePlace(a: ListenAddress, b: ListenAddress): boolean {
  if (a.fd !== undefined || b.fd !== undefined) return a.fd === b.fd;
  return a.address === b.address && a.port === b.port;
}
