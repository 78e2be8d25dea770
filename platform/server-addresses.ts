import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { systemClock } from './clock.ts';
import { messageOf, NagtailError, systemReason } from './errors.ts';
import { orAborted, reasonOf, withinTime } from './within-time.ts';

/** Gives all addresses of a name, IPv6 and IPv4, in the order in which they should be tried. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** An address of a server, with its port. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A name may have more addresses; only so many are tried in one attempt. */
export const addressesTriedMax = 16;

/** The system's resolver: /etc/hosts, DNS and what else it is set up for. */
const resolveHost: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};

/**
 * The addresses that a server's name stands for. They are looked up for each attempt, since
 * they may change, and tried one after the other, the one that worked last first.
 */
export class ServerAddresses {
  readonly host: string;
  readonly port: number;
  readonly #resolve: ResolveHost;
  #lookup: Promise<readonly string[]> | undefined;
  #workedLast: string | undefined;
  #avoided: string | undefined;

  constructor(
    { host, port }: { readonly host: string; readonly port: number },
    resolve: ResolveHost = resolveHost,
  ) {
    this.host = host;
    this.port = port;
    this.#resolve = resolve;
  }

  /** `host:port`, an IPv6 address in brackets. */
  toString(): string {
    return hostAndPort(this);
  }

  /**
   * Opens a connection with the first address that works. `open` should go so far
   * that it knows the server to be alive, its greeting included, and no further than
   * what may be done again at another address.
   *
   * Each address gets its share of the time that is left, so that one that does not
   * answer leaves time for the next.
   *
   * @param timeoutMs for all addresses together
   * @throws NagtailError PEER_… that tells what each address answered
   */
  async open<T>(
    open: (address: ServerAddress, limit: AbortSignal) => Promise<T>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<T> {
    const endMs = systemClock.monotonicMs() + timeoutMs;
    const hosts = await withinTime(timeoutMs, signal, (limit) => this.#lookUp(limit));
    const failures: NagtailError[] = [];
    for (const [index, host] of hosts.entries()) {
      const shareMs = (endMs - systemClock.monotonicMs()) / (hosts.length - index);
      try {
        const address = { host, port: this.port };
        const opened = await withinTime(shareMs, signal, (limit) => open(address, limit));
        this.#workedLast = host;
        this.#avoided = undefined;
        return opened;
      } catch (error) {
        failures.push(asPeerError(error));
        if (signal.aborted) break;
      }
    }
    throw signal.aborted ? reasonOf(signal) : this.#noneWorks(hosts, failures);
  }

  /**
   * What was opened last led to nothing: the next attempt begins with another address.
   */
  avoidLast(): void {
    this.#avoided = this.#workedLast;
    this.#workedLast = undefined;
  }

  /** A lookup cannot be ended; one that still runs is waited for again instead of starting another. */
  async #lookUp(limit: AbortSignal): Promise<readonly string[]> {
    this.#lookup ??= this.#resolve(this.host).finally(() => {
      this.#lookup = undefined;
    });
    try {
      const hosts = [...new Set(await orAborted(this.#lookup, limit))];
      const rank = (host: string) =>
        host === this.#workedLast ? 0 : host === this.#avoided ? 2 : 1;
      return hosts.toSorted((a, b) => rank(a) - rank(b)).slice(0, addressesTriedMax);
    } catch (error) {
      if (limit.aborted) {
        const message = `the name ${this.host} was not resolved in time: the name server does not answer`;
        throw new NagtailError('PEER_TIMEOUT', message, { cause: error });
      }
      throw new NagtailError('PEER_UNREACHABLE', systemReason(error), { cause: error });
    }
  }

  #noneWorks(hosts: readonly string[], failures: readonly NagtailError[]): NagtailError {
    const [first] = failures;
    if (first === undefined) {
      return new NagtailError('PEER_UNREACHABLE', `the name ${this.host} has no address`);
    }
    if (failures.length === 1) return first;
    const each = failures.map((failure, index) => `${hosts[index]}: ${failure.message}`);
    const message = `none of its ${failures.length} addresses works: ${each.join('; ')}`;
    return new NagtailError(first.code, message, { cause: first });
  }
}

/** `host:port`, an IPv6 address in brackets. */
function hostAndPort({ host, port }: ServerAddress): string {
  return `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function asPeerError(error: unknown): NagtailError {
  if (error instanceof NagtailError) return error;
  return new NagtailError('PEER_UNREACHABLE', messageOf(error), { cause: error });
}
