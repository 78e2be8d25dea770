import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, linkSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { formatMetrics } from '../../../../platform/metrics/format-metrics.ts';
import { counter, gauge } from '../../../../platform/metrics/metric-family.ts';
import { processMetrics } from '../../../../platform/metrics/process-metrics.ts';
import {
  openStatusServer,
  type StatusSource,
  statusServerLimits,
} from '../../../../platform/metrics/status-server.ts';
import { LogList } from '../../../support/log-list.ts';
import { parseMetrics } from '../../../support/parse-metrics.ts';
import { request, scrape } from '../../../support/scrape.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

const source: StatusSource = {
  status: async () => ({ state: 'well' }),
  metrics: async () => [counter('nagtail_x_total', 'x', 3)],
};

async function open(t: TestContext, of: StatusSource = source) {
  const socketPath = path.join(tempDir(t), 'status.sock');
  const { log, records } = new LogList();
  const endpoints = { socket: socketPath, tcp: { address: '127.0.0.1', port: 0 } };
  const server = await openStatusServer(endpoints, of, log);
  t.after(() => server.stop());
  return { socketPath, server, records, port: server.port ?? 0 };
}

test('the text format: quotes, newlines and backslashes, whole and broken numbers', () => {
  const labels = { path: 'C:\\a "b"\nc' };
  const written = formatMetrics([
    { name: 'a_total', type: 'counter', help: 'a\\b\nc', samples: [{ labels, value: 0.25 }] },
    { name: 'empty', type: 'gauge', help: 'nothing', samples: [] },
    gauge('g', 'g', Number.POSITIVE_INFINITY),
  ]);
  assert.equal(
    written,
    '# HELP a_total a\\\\b\\nc\n# TYPE a_total counter\na_total{path="C:\\\\a \\"b\\"\\nc"} 0.25\n' +
      '# HELP g g\n# TYPE g gauge\ng +Inf\n',
  );
  assert.equal(parseMetrics(written).value('a_total', labels), 0.25);
  parseMetrics(formatMetrics(processMetrics()));
});

test('on the socket metrics and status, on the port metrics only', async (t) => {
  const { socketPath, port } = await open(t);
  for (const target of [{ socketPath }, { port }]) {
    const metrics = await scrape(target);
    assert.equal(metrics.value('nagtail_x_total'), 3);
  }
  assert.equal(statSync(socketPath).mode & 0o777, 0o660);
  const told = await request({ socketPath }, '/status');
  assert.deepEqual(told, { status: 200, type: 'application/json', body: '{"state":"well"}\n' });
  assert.equal((await request({ port }, '/status')).status, 404);
  assert.equal((await request({ port }, '/metrics?x=1')).status, 200);
  assert.equal((await request({ port }, '/')).status, 404);
  assert.equal((await request({ port }, '/metrics', 'POST')).status, 405);
  assert.equal((await request({ port }, '/metrics', 'HEAD')).body, '');
});

test('what is no request, or too large a one, is cut off and counted', async (t) => {
  const { port } = await open(t);
  const long = `GET /metrics HTTP/1.1\r\nx: ${'y'.repeat(statusServerLimits.headBytes)}\r\n\r\n`;
  for (const bytes of ['\x16\x03\x01 no HTTP\r\n\r\n', long]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(bytes);
    await once(socket, 'close');
  }
  const metrics = await scrape({ port });
  assert.equal(metrics.value('nagtail_status_requests_refused_total'), 2);
});

test('connections over the limit are closed and counted', async (t) => {
  const { port } = await open(t);
  const sockets = Array.from({ length: statusServerLimits.connections }, () =>
    connect(port, '127.0.0.1'),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const over = connect(port, '127.0.0.1');
  over.on('error', () => {});
  await once(over, 'close');
  for (const socket of sockets) socket.destroy();
  const total = 'nagtail_status_connections_over_limit_total';
  const metrics = await waitFor('a free place', () => scrape({ port }).catch(() => undefined));
  assert.ok((metrics?.value(total) ?? 0) >= 1);
});

test('who asks at the same time is answered by one look; a failure is an answer, too', async (t) => {
  let looks = 0;
  const gate = Promise.withResolvers<void>();
  const { socketPath } = await open(t, {
    status: async () => {
      looks++;
      await gate.promise;
      throw new Error('the store is damaged');
    },
    metrics: async () => [],
  });
  const both = [request({ socketPath }, '/status'), request({ socketPath }, '/status')];
  await waitFor('a look', () => looks > 0);
  gate.resolve();
  for (const { status, body } of await Promise.all(both)) {
    assert.deepEqual([status, body], [500, 'the store is damaged\n']);
  }
  assert.ok(looks <= 2);
});

test('a socket that a killed program left is taken; one in use, and a file, are not', async (t) => {
  const folder = tempDir(t);
  const { log, records } = new LogList();
  const socket = path.join(folder, 'status.sock');
  const other = createServer().listen(socket);
  await once(other, 'listening');
  const refused = await openStatusServer({ socket, tcp: undefined }, source, log);
  await refused.stop();
  assert.deepEqual(
    records.map(({ code }) => code),
    ['METRICS_UNAVAILABLE'],
  );
  other.close();
  await once(other, 'close');
  // What SIGKILL leaves is a socket on which nobody listens: made here by a hard link.
  const left = path.join(folder, 'left.sock');
  const dying = createServer().listen(path.join(folder, 'd.sock'));
  await once(dying, 'listening');
  linkSync(path.join(folder, 'd.sock'), left);
  dying.close();
  await once(dying, 'close');
  const server = await openStatusServer({ socket: left, tcp: undefined }, source, log);
  assert.equal((await request({ socketPath: left }, '/status')).status, 200);
  await server.stop();
  assert.equal(existsSync(left), false);
  const file = path.join(folder, 'file');
  writeFileSync(file, 'mine');
  await (await openStatusServer({ socket: file, tcp: undefined }, source, log)).stop();
  assert.equal(statSync(file).isFile(), true);
  const long = path.join(folder, 'x'.repeat(120));
  await (await openStatusServer({ socket: long, tcp: undefined }, source, log)).stop();
  assert.match(records.at(-1)?.message ?? '', /the path has \d+ bytes, a socket's may have 107/);
});

test('a port that another program has is told, and the socket works all the same', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { log, records } = new LogList();
  const socket = path.join(tempDir(t), 's');
  const endpoints = { socket, tcp: { address: '127.0.0.1', port } };
  const server = await openStatusServer(endpoints, source, log);
  t.after(() => server.stop());
  assert.match(records[0]?.message ?? '', /another program already uses this address and port/);
  assert.equal((await request({ socketPath: socket }, '/metrics')).status, 200);
});

test('a slow client does not keep the server from stopping', async (t) => {
  const { port, server } = await open(t);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /metrics HT');
  const rest = text(socket).catch(() => '');
  await server.stop();
  await rest;
});
