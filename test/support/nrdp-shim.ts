import { existsSync, readFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import type { NrdpListenerOptions } from '../../server-shim/listen/nrdp-listener.ts';
import { type ShimOptions, startShim } from '../../server-shim/shim.ts';
import { commandsOf } from './external-commands.ts';
import { LogList } from './log-list.ts';
import { identitiesOf } from './ng-listener.ts';
import { tempDir } from './temp-dir.ts';
import { waitForCommands } from './wait-for-commands.ts';

/** What an HTTP server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver for NRDP, whole, that writes into a regular file. */
export async function startNrdpShim(
  test: TestContext,
  nrdp: Partial<NrdpListenerOptions> = {},
  more: Partial<ShimOptions> = {},
) {
  const folder = tempDir(test);
  const logs = new LogList();
  const commandFile = join(folder, 'commands');
  const identities = identitiesOf({ name: 'web01' });
  const options: ShimOptions = {
    stateDir: join(folder, 'state'),
    nrdp: { address: '127.0.0.1', port: 0, path: '/nrdp/', identities, ...nrdp },
    sinks: [{ type: 'command-file', name: 'nagios', path: commandFile, create: true }],
    ...more,
  };
  const shim = await startShim(options, { log: logs.log, clock: systemClock });
  let stopping: Promise<unknown> | undefined;
  const stop = () => {
    stopping ??= shim.stop();
    return stopping;
  };
  test.after(stop);
  const lines = () => (existsSync(commandFile) ? readFileSync(commandFile, 'latin1') : '');
  return {
    shim,
    port: shim.ports.nrdp,
    logs,
    counters: shim.counters,
    stop,
    /** The command file, with its times. */
    lines,
    /** Waits for as many commands; gives them without their times. */
    async commands(count: number): Promise<string[]> {
      return await waitForCommands(count, () => commandsOf(lines()));
    },
    /** Posts a form. */
    async post(form: Readonly<Record<string, string>>, path = '/nrdp/'): Promise<HttpAnswer> {
      return await ask(shim.ports.nrdp, { method: 'POST', path }, encoded(form));
    },
  };
}

/** A form as browsers encode it. */
export function encoded(form: Readonly<Record<string, string>>): string {
  return new URLSearchParams(form).toString();
}

/** Sends one request on a connection of its own, and gives the answer. */
export function ask(
  port: number,
  options: http.RequestOptions,
  body: string | Uint8Array = '',
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const type = body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { ...type, ...options.headers };
    const request = http.request({ host: '127.0.0.1', port, ...options, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: told } = response;
        resolve({ status, headers: told, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** An XML document with one check. */
export function checkXml(fields: {
  readonly host?: string;
  readonly service?: string | null;
  readonly state?: string;
  readonly output?: string;
}): string {
  const { host = 'web01', service = 'Disk', state = '1', output = 'full' } = fields;
  const type = service === null ? 'host' : 'service';
  const name = service === null ? '' : `<servicename>${service}</servicename>`;
  return `<checkresults><checkresult type='${type}'><hostname>${host}</hostname>${name}<state>${state}</state><output>${output}</output></checkresult></checkresults>`;
}
