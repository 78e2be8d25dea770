import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../../platform/log.ts';
import { processMetrics } from '../../platform/metrics/process-metrics.ts';
import {
  openStatusServer,
  type StatusEndpoints,
  type StatusServer,
  type StatusSource,
} from '../../platform/metrics/status-server.ts';
import { shimMetrics } from './shim-metrics.ts';
import type { ShimStatus } from './shim-status.ts';

/** Tells whoever asks how the receiver is. */
export class StatusSlot {
  readonly #source: StatusSource;
  readonly #log: Log;
  #endpoints: StatusEndpoints | undefined;
  #server: StatusServer | undefined;

  constructor(statusNow: () => ShimStatus, log: Log) {
    const status = async () => statusNow();
    const metrics = async () => [...shimMetrics(statusNow()), ...processMetrics()];
    this.#source = { status, metrics };
    this.#log = log;
  }

  /** Tells it there, and nowhere else; undefined: nowhere. */
  async open(endpoints: StatusEndpoints | undefined): Promise<void> {
    if (isDeepStrictEqual(endpoints, this.#endpoints)) return;
    await this.stop();
    this.#endpoints = endpoints;
    this.#server = endpoints && (await openStatusServer(endpoints, this.#source, this.#log));
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
