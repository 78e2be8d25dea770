import type { Identity } from '../admit/identity.ts';
import type { AddressList } from './address-list.ts';

/** `[client.NAME]`: who may report what, known by its address. */
export interface NscaClient {
  readonly addresses: AddressList;
  readonly identity: Identity;
}

/** Who may connect, and what it may report. Plain NSCA knows clients by their addresses only. */
export class NscaClients {
  readonly #allowed: AddressList | undefined;
  readonly #clients: readonly NscaClient[];

  /**
   * @param allowed who may connect; undefined is everybody
   * @param clients the first one that an address fits counts; none lets everybody report everything
   */
  constructor(allowed: AddressList | undefined, clients: readonly NscaClient[]) {
    this.#allowed = allowed;
    this.#clients = clients;
  }

  /** Whether an address may connect. */
  mayConnect(address: string): boolean {
    if (this.#allowed !== undefined && !this.#allowed.has(address)) return false;
    return this.#clients.length === 0 || this.identityOf(address) !== undefined;
  }

  /** Who an address is; undefined where nobody is named. */
  identityOf(address: string): Identity | undefined {
    return this.#clients.find(({ addresses }) => addresses.has(address))?.identity;
  }
}
