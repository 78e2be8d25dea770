import http from 'node:http';
import { text } from 'node:stream/consumers';
import { parseMetrics, type ReadMetrics } from './parse-metrics.ts';

/** Where to ask: a Unix socket, or a port at 127.0.0.1. */
export type ScrapeTarget = { readonly socketPath: string } | { readonly port: number };

/** What was answered. */
export interface ScrapeAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Asks a program's status server. */
export async function request(
  target: ScrapeTarget,
  path: string,
  method = 'GET',
): Promise<ScrapeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const options = { host: '127.0.0.1', ...target, path, method, agent: false };
  http.request(options, resolve).once('error', reject).end();
  const response = await promise;
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    body: await text(response),
  };
}

/** The metrics of a running program, read strictly. */
export async function scrape(target: ScrapeTarget): Promise<ReadMetrics> {
  const { status, body } = await request(target, '/metrics');
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
  return parseMetrics(body);
}
