import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';
import { exchange } from '../../../support/exchange.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';
import { ask, checkXml, encoded, startNrdpShim } from '../../../support/nrdp-shim.ts';
import { waitFor } from '../../../support/wait-for.ts';

const submit = { token: 'secret', cmd: 'submitcheck' };

describe('bad input', () => {
  const xml = checkXml({});
  const form = encoded({ ...submit, xml });
  const post = (head: string, body = '') =>
    `POST /nrdp/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${head}\r\n\r\n${body}`;

  const cases: readonly (readonly [string, string, number, string])[] = [
    ['another address', 'GET /other HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'path'],
    ['another method', 'DELETE /nrdp/ HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method'],
    [
      'a body of another type',
      post('Content-Type: text/xml\r\nContent-Length: 4', '<a/>'),
      415,
      'type',
    ],
    [
      'parameters without end',
      post(
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 300',
        'a&'.repeat(150),
      ),
      400,
      'parameters',
    ],
    ['a body that says it is too large', post('Content-Length: 99999999'), 413, 'too-large'],
    [
      'a body that does not say how large it is',
      post('Transfer-Encoding: chunked', `40000\r\n${'x'.repeat(0x40000)}\r\n`.repeat(5)),
      413,
      'too-large',
    ],
    [
      'a GET with a megabyte',
      `GET /nrdp/?xml=${'x'.repeat(1_000_000)} HTTP/1.1\r\n\r\n`,
      431,
      'too-large',
    ],
    ['what is no HTTP', 'MOIN 1 abc\r\n\r\n', 400, 'no-http'],
    ['two lengths', post('Content-Length: 4\r\nContent-Length: 5', '<a/>'), 400, 'no-http'],
  ];
  for (const [name, request, status, reason] of cases) {
    test(`${name} is refused with ${status}, and the next client is served`, async (t) => {
      const { port, logs, commands } = await startNrdpShim(t);
      const answer = await exchange(port, request);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      const told = [...logs.of('NRDP_REQUEST_REFUSED'), ...logs.of('NRDP_CONNECTION_REFUSED')];
      assert.deepEqual(
        told.map(({ fields }) => fields['reason']),
        [reason],
      );
      await ask(port, { method: 'POST', path: '/nrdp/' }, form);
      await commands(1);
    });
  }

  test('a client that first sends what is too large, and reads then, finds its answer', async (t) => {
    const { port } = await startNrdpShim(t);
    const socket = net.connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    let broken: Error | undefined;
    socket.on('error', (error) => {
      broken = error;
    });
    socket.pause();
    const body = Buffer.alloc(1024 * 1024);
    const send = (bytes: string | Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
    await send(post(`Content-Length: ${10 * body.length}`));
    for (let piece = 0; piece < 4; piece++) await send(body);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.resume();
    await waitFor('the answer', () => received.includes('larger than') || broken !== undefined);
    assert.equal(broken, undefined);
    assert.match(received, /^HTTP\/1.1 413 /);
  });

  test('TLS on the plain port is told from junk', async (t) => {
    const { port, logs } = await startNrdpShim(t);
    await exchange(port, Buffer.from('160301020001000100', 'hex'));
    assert.equal(logs.of('NRDP_CONNECTION_REFUSED')[0]?.fields['reason'], 'tls');
  });

  test('a slow client is cut off, at the head and at the body, and others are served', async (t) => {
    const { port, logs, commands } = await startNrdpShim(t, { requestTimeoutMs: 1_000 });
    const slow = [
      exchange(port, 'POST /nrdp/ HTTP/1.1\r\nHost: x\r\nX-A'),
      exchange(port, `POST /nrdp/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx`),
      exchange(port, ''),
    ];
    await ask(port, { method: 'POST', path: '/nrdp/' }, form);
    await commands(1);
    const answers = await Promise.all(slow);
    assert.match(answers[0] ?? '', /^HTTP\/1.1 408 /);
    assert.match(answers[1] ?? '', /^HTTP\/1.1 408 /);
    const told = logs.of('NRDP_CONNECTION_REFUSED').map(({ fields }) => fields['reason']);
    assert.ok(told.includes('timeout'), JSON.stringify(logs.records));
  });

  test('one address has only so many connections', async (t) => {
    const { port, counters, logs } = await startNrdpShim(t, { maxConnectionsPerAddress: 2 });
    const open = [1, 2].map(() => net.connect(port, '127.0.0.1'));
    t.after(() => open.map((socket) => socket.destroy()));
    await waitFor('two connections', () => counters.get('connections_accepted') === 2);
    assert.equal(await exchange(port, ''), '');
    assert.equal(counters.get('connections_over_limit'), 1);
    assert.equal(logs.of('CONNECTIONS_FULL').length, 1);
  });

  test('a client that asks on without reading answers is cut off', async (t) => {
    const { port, logs, commands } = await startNrdpShim(t);
    const one = `POST /nrdp/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
    await exchange(port, one.repeat(50));
    assert.equal(logs.of('NRDP_REQUEST_REFUSED')[0]?.fields['reason'], 'pipelined');
    await ask(port, { method: 'POST', path: '/nrdp/' }, form);
    await commands(1);
  });

  test('a client that does not read its answer is let go', async (t) => {
    const { port, counters } = await startNrdpShim(t, {
      identities: identitiesOf({ name: 'web01', hosts: 'none' }),
      requestTimeoutMs: 1_000,
      idleTimeoutMs: 1_000,
      maxConnectionsPerAddress: 1,
    });
    const many = '<checkresult><hostname>h</hostname><state>0</state></checkresult>'.repeat(9_000);
    const body = encoded({ ...submit, xml: `<c>${many}</c>` });
    const head = 'Content-Type: application/x-www-form-urlencoded';
    const stalled = net.connect(port, '127.0.0.1');
    stalled.on('error', () => {});
    t.after(() => stalled.destroy());
    // Nobody listens to what comes: half a megabyte of refusals.
    stalled.pause();
    stalled.write(
      `POST /nrdp/ HTTP/1.1\r\nHost: x\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await waitFor('the refusals', () => counters.get('results_not_allowed') === 9_000);
    const isServed = () =>
      ask(port, { path: '/nrdp/?cmd=hello' }).then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitFor('its place to be free', isServed, (served) => served, 30_000);
  });

  for (const [name, field] of [
    ['a newline', 'a&#10;b'],
    ['a carriage return', 'a&#13;b'],
    ['a semicolon', 'a;b'],
    ['a tab', 'a&#9;b'],
    ['a DEL', 'a&#127;b'],
  ] as const) {
    test(`${name} in a host or service is refused, in an output it does no harm`, async (t) => {
      const { port, commands, counters } = await startNrdpShim(t);
      const checks = [
        checkXml({ host: field }),
        checkXml({ service: field }),
        checkXml({ output: field }),
      ];
      for (const check of checks) {
        await ask(port, { method: 'POST', path: '/nrdp/' }, encoded({ ...submit, xml: check }));
      }
      const [line, ...others] = await commands(1);
      assert.deepEqual(others, []);
      assert.match(line ?? '', /^PROCESS_SERVICE_CHECK_RESULT;web01;Disk;1;a.{1,2}b$/);
      assert.equal(counters.get('results_refused'), 2);
    });
  }
});
