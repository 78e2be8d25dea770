import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { Delivery, type DeliveryParts, positionsOf } from '../../../../agent/deliver/delivery.ts';
import { type OutboxLimits, outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import { systemClock } from '../../../../platform/clock.ts';
import { Secret } from '../../../../platform/secret.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { NscaSender, type NscaSenderOptions } from '../../../../senders/nsca-sender.ts';
import type { NamedSender } from '../../../../senders/sender.ts';
import { startShim } from '../../../../server-shim/shim.ts';
import { commandsOf } from '../../../support/external-commands.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** Senders of NSCA to 127.0.0.1, by name. */
export function nscaSenders(
  logs: LogList,
  options: Readonly<Record<string, Partial<NscaSenderOptions> & { readonly port: number }>>,
): NamedSender[] {
  return Object.entries(options).map(([name, option]) => {
    const all: NscaSenderOptions = {
      host: '127.0.0.1',
      method: 14,
      password: new Secret(Buffer.from('secret')),
      timeoutMs: 5_000,
      lateNoticeSeconds: 0,
      ...option,
    };
    return { name, sender: new NscaSender(all, systemClock, logs.log) };
  });
}

export interface DeliverOptions {
  readonly mode?: DeliveryParts['mode'];
  readonly limits?: Partial<OutboxLimits>;
  readonly logs?: LogList;
}

/** A delivery with an outbox of its own, running until the test ends. */
export function deliver(
  t: TestContext,
  senders: readonly NamedSender[],
  { mode = 'all', limits, logs = new LogList() }: DeliverOptions = {},
) {
  const database = openStore(path.join(tempDir(t), 'outbox.sqlite'), outboxSchema);
  const names = senders.map(({ name }) => name);
  const outbox = new OutboxReader(database, positionsOf(mode, names));
  const allLimits = { ...outboxLimitsDefault, ...limits };
  const writer = new OutboxWriter(database, allLimits);
  const parts = { clock: systemClock, log: logs.log, random: () => 0 };
  const delivery = new Delivery({ mode, senders, outbox, limits: allLimits, ...parts });
  delivery.start();
  const stop = async (deadlineMs: number) => {
    const left = await delivery.stop(deadlineMs);
    return left.reduce((sum, { results }) => sum + results, 0);
  };
  t.after(async () => {
    await stop(0);
    database.close();
  });
  const add = (...results: readonly CheckResult[]) => {
    for (const result of results) writer.add(result);
    writer.commit();
    delivery.notify();
  };
  const submit = (...outputs: readonly string[]) =>
    add(...outputs.map((output) => ({ host: 'h', service: 's', returnCode: 0, output, time: 1 })));
  return { logs, outbox, delivery, add, submit, stop };
}

/** A delivery to one NSCA daemon at 127.0.0.1. */
export function deliverTo(
  t: TestContext,
  port: number,
  { password = 'secret', timeoutMs = 5_000 } = {},
) {
  const logs = new LogList();
  const secret = new Secret(Buffer.from(password));
  const senders = nscaSenders(logs, { main: { port, password: secret, timeoutMs } });
  return deliver(t, senders, { logs });
}

/** A real receiver that appends to a regular file. */
export async function receive(t: TestContext, port = 0, address = '127.0.0.1') {
  const folder = tempDir(t);
  const file = path.join(folder, 'commands');
  const sinks = [{ type: 'command-file', name: 'nagios', path: file, create: true }] as const;
  const logs = new LogList();
  const nsca = { address, port, method: 14, password: Buffer.from('secret') } as const;
  const shim = await startShim(
    { stateDir: path.join(folder, 'state'), nsca, sinks },
    { log: logs.log, clock: systemClock },
  );
  t.after(() => shim.stop());
  const outputs = () =>
    existsSync(file)
      ? commandsOf(readFileSync(file, 'latin1')).map((command) => command.split(';')[4])
      : [];
  return {
    port: shim.ports.nsca,
    counters: shim.counters,
    stop: () => shim.stop(),
    outputs: (count: number) =>
      waitFor(`${count} results`, outputs, ({ length }) => length >= count),
  };
}

/** A server that is no receiver: it does with a connection what it is told. */
export async function answerWith(
  t: TestContext,
  answer: (socket: Socket) => void,
): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

export function isNotEmpty(list: readonly unknown[]): boolean {
  return list.length > 0;
}
