import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import net from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { issueCertificate } from '../../../platform/certificates/issue-certificate.ts';
import { systemClock } from '../../../platform/clock.ts';
import { NagtailError } from '../../../platform/errors.ts';
import { Secret } from '../../../platform/secret.ts';
import { encodeReply } from '../../../protocol/nrdp/reply.ts';
import { NrdpSender, type NrdpSenderOptions } from '../../../senders/nrdp-sender.ts';
import type { QueuedResult } from '../../../senders/queued-result.ts';
import { freePort } from '../../support/free-port.ts';
import { numberedResults, sendOnce } from '../../support/list-stream.ts';
import { identitiesOf } from '../../support/ng-listener.ts';
import { startNrdpShim } from '../../support/nrdp-shim.ts';

interface Options extends Partial<NrdpSenderOptions> {
  readonly secret?: string;
}

function senderTo(t: TestContext, urls: readonly string[], options: Options = {}): NrdpSender {
  const { secret = 'secret', ...others } = options;
  const sender = new NrdpSender(
    {
      urls: urls.map((url) => new URL(url)),
      token: new Secret(Buffer.from(secret)),
      tls: {},
      timeoutMs: 10_000,
      lateNoticeSeconds: 0,
      ...others,
    },
    systemClock,
  );
  t.after(() => sender.close());
  return sender;
}

const plain = (port: number) => `http://127.0.0.1:${port}/nrdp/`;

/** Some other server; gives its port. */
async function serverOf(t: TestContext, listener: RequestListener): Promise<number> {
  const server = http.createServer(listener);
  server.listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return portOf(server);
}

function portOf(server: net.Server): number {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

/** Sends, and gives the error that must come. */
async function failureOf(sender: NrdpSender, results = numberedResults(2)): Promise<NagtailError> {
  try {
    await sendOnce(sender, results);
  } catch (error) {
    assert.ok(error instanceof NagtailError, String(error));
    return error;
  }
  throw new Error('it was sent');
}

function resultOf(queued: QueuedResult | undefined, change: object): QueuedResult {
  assert.ok(queued);
  return { seq: queued.seq, result: { ...queued.result, ...change } };
}

test('results arrive whole, with their time; the connection is used again', async (t) => {
  const { port, commands, lines, counters } = await startNrdpShim(t);
  const sender = senderTo(t, [plain(port)]);
  const output = 'a&b<c>"d\' 100% +|e=1\nline \\n 2\\';
  const [first, ...more] = numberedResults(3);
  const time = 1_700_000_000;
  const results = [
    resultOf(first, { host: 'h', service: 's', output, time, returnCode: 2 }),
    ...more,
  ];
  const progress = await sendOnce(sender, results);
  assert.equal(progress.through, 3);
  assert.deepEqual(progress.refusals, []);
  await sendOnce(sender, numberedResults(1));
  const [line] = await commands(4);
  const escaped = 'a&b<c>"d\' 100% +|e=1\\nline \\\\n 2\\\\';
  assert.equal(line, `PROCESS_SERVICE_CHECK_RESULT;h;s;2;${escaped}`);
  assert.ok(lines().startsWith(`[${time}] `));
  assert.equal(counters.get('connections_accepted'), 1);
});

test('what is refused comes back with its reason, and the rest goes on', async (t) => {
  const identities = identitiesOf({ name: 'web01', hosts: 'web01' });
  const { port, commands } = await startNrdpShim(t, { identities });
  const sender = senderTo(t, [plain(port)]);
  const hosts = ['web01', 'db01', 'web01', 'web01\n'];
  const results = hosts.map((host, index) => resultOf(numberedResults(4)[index], { host }));
  const progress = await sendOnce(sender, results);
  assert.equal((await commands(2)).length, 2);
  assert.deepEqual(progress.refusals.map(({ seq }) => seq).sort(), [2, 4]);
  const all = await sendOnce(sender, [resultOf(results[0], { host: 'db01' })]);
  assert.match(all.refusals[0]?.reason ?? '', /may not report for host "db01"/);
});

test('many and long results go in several requests', async (t) => {
  const { port, commands } = await startNrdpShim(t);
  const sender = senderTo(t, [plain(port)]);
  const results = numberedResults(100).map((queued) =>
    resultOf(queued, { output: '<'.repeat(20_000) }),
  );
  const progress = await sendOnce(sender, results);
  assert.equal(progress.through, 100);
  assert.equal((await commands(100)).length, 100);
});

test('over HTTPS only a certificate that is trusted, for that name and not expired will do', async (t) => {
  const now = Date.now();
  const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
  const start = async (name: string, nowMs: number) => {
    const { cert, key } = await issueCertificate({ kind: 'server', names: [name] }, ca, nowMs);
    const tls = { cert: Buffer.from(cert), key: Buffer.from(key) };
    const { port } = await startNrdpShim(t, { tls });
    return `https://127.0.0.1:${port}/nrdp/`;
  };
  const good = await start('127.0.0.1', now);
  const trusting = { tls: { ca: Buffer.from(ca.cert) } };
  assert.equal((await sendOnce(senderTo(t, [good], trusting), numberedResults(2))).through, 2);
  for (const [url, options, message] of [
    [good, {}, /of no CA that is known here.*tls_ca/],
    [await start('other.example.com', now), trusting, /for another name/],
    [await start('127.0.0.1', now - 3 * 365 * 86_400_000), trusting, /has expired/],
  ] as const) {
    const error = await failureOf(senderTo(t, [url], options));
    assert.equal(error.code, 'PEER_UNTRUSTED');
    assert.match(error.message, message);
  }
  const tlsToPlain = await startNrdpShim(t);
  const error = await failureOf(
    senderTo(t, [`https://127.0.0.1:${tlsToPlain.port}/nrdp/`], trusting),
  );
  assert.match(error.message, /http:\/\/|before it had answered|reset/);
});

describe('through a proxy', () => {
  /** A proxy that lets through what it is asked for, or nothing; and what it was asked for. */
  async function proxyOf(t: TestContext, isOpen: boolean) {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const onward = http.request(request.url ?? '', { method: 'POST', headers: request.headers });
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      if (!isOpen) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      const onward = net.connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    t.after(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    await once(proxy, 'listening');
    return { asked, proxy: new URL(`http://127.0.0.1:${portOf(proxy)}`) };
  }

  test('HTTPS is verified all the same, and HTTP is asked for', async (t) => {
    const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, Date.now());
    const { cert, key } = await issueCertificate(
      { kind: 'server', names: ['127.0.0.1'] },
      ca,
      Date.now(),
    );
    const secure = await startNrdpShim(t, {
      tls: { cert: Buffer.from(cert), key: Buffer.from(key) },
    });
    const open = await startNrdpShim(t);
    const { asked, proxy } = await proxyOf(t, true);
    const url = `https://127.0.0.1:${secure.port}/nrdp/`;
    const trusting = { proxy, tls: { ca: Buffer.from(ca.cert) } };
    assert.equal((await sendOnce(senderTo(t, [url], trusting), numberedResults(2))).through, 2);
    assert.equal((await failureOf(senderTo(t, [url], { proxy }))).code, 'PEER_UNTRUSTED');
    const sender = senderTo(t, [plain(open.port)], { proxy });
    assert.equal((await sendOnce(sender, numberedResults(2))).through, 2);
    assert.deepEqual(asked, [
      `CONNECT 127.0.0.1:${secure.port}`,
      `CONNECT 127.0.0.1:${secure.port}`,
      `POST ${plain(open.port)}`,
    ]);
  });

  test('one that does not let us through is named', async (t) => {
    const { proxy } = await proxyOf(t, false);
    const error = await failureOf(senderTo(t, ['https://127.0.0.1:1/nrdp/'], { proxy }));
    assert.equal(error.code, 'PEER_UNREACHABLE');
    assert.match(error.message, /the proxy does not let us through/);
  });
});

describe('honest errors', () => {
  test('a wrong token', async (t) => {
    const { port } = await startNrdpShim(t);
    const error = await failureOf(senderTo(t, [plain(port)], { secret: 'wrong' }));
    assert.equal(error.code, 'PEER_REFUSED');
    assert.match(error.message, /does not accept our token \(BAD TOKEN\)/);
    assert.ok(!error.message.includes('wrong'));
  });

  const xml = (reply: Parameters<typeof encodeReply>[0]) => encodeReply(reply, 'xml', false);
  const cases: readonly (readonly [string, number, object, string, string, RegExp])[] = [
    [
      'a page',
      200,
      {},
      '<!DOCTYPE html><title>Login</title>',
      'PEER_PROTOCOL',
      /does not speak NRDP: .*DOCTYPE/,
    ],
    ['words', 200, {}, 'No request handler', 'PEER_PROTOCOL', /begins with "No request handler"/],
    ['nothing', 200, {}, '', 'PEER_PROTOCOL', /does not speak NRDP/],
    [
      'a redirect',
      302,
      { location: 'https://elsewhere/' },
      '',
      'PEER_PROTOCOL',
      /redirects to https:\/\/elsewhere/,
    ],
    ['a path that is not there', 404, {}, 'no', 'PEER_PROTOCOL', /is the path of url right/],
    ['a password that it wants', 401, {}, 'no', 'PEER_REFUSED', /HTTP status 401/],
    [
      'a proxy without its server',
      502,
      {},
      '<html/>',
      'PEER_UNAVAILABLE',
      /takes nothing now \(HTTP status 502\)/,
    ],
    [
      'a server that cannot write',
      200,
      {},
      xml({ status: -1, message: 'NO CHECK RESULTS DIR' }),
      'PEER_UNAVAILABLE',
      /took nothing: NO CHECK RESULTS DIR/,
    ],
    [
      'a part of it',
      200,
      {},
      xml({ status: 0, message: 'OK', processed: 1 }),
      'PEER_PROTOCOL',
      /took only 1 of 2 results/,
    ],
  ];
  for (const [name, status, headers, body, code, message] of cases) {
    test(name, async (t) => {
      const port = await serverOf(t, (request, response) => {
        request.resume();
        response.writeHead(status, { ...headers }).end(body);
      });
      const error = await failureOf(senderTo(t, [plain(port)]));
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  test('an answer without end', async (t) => {
    const port = await serverOf(t, (request, response) => {
      request.resume();
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(100_000)));
      };
      response.on('drain', more);
      more();
    });
    assert.match((await failureOf(senderTo(t, [plain(port)]))).message, /too long/);
  });

  test('nobody there, and nobody who answers', async (t) => {
    const none = await failureOf(senderTo(t, [plain(await freePort())]));
    assert.equal(none.code, 'PEER_UNREACHABLE');
    const silent = net.createServer(() => {});
    silent.listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const error = await failureOf(senderTo(t, [plain(portOf(silent))], { timeoutMs: 300 }));
    assert.equal(error.code, 'PEER_TIMEOUT');
  });
});

describe('several addresses', () => {
  test('the first that works is taken, and comes first the next time', async (t) => {
    const { port, counters } = await startNrdpShim(t);
    let asked = 0;
    const other = await serverOf(t, (request, response) => {
      asked++;
      request.resume();
      response.writeHead(503).end();
    });
    const sender = senderTo(t, [plain(await freePort()), plain(other), plain(port)]);
    assert.equal((await sendOnce(sender, numberedResults(2))).through, 2);
    assert.equal((await sendOnce(sender, numberedResults(2))).through, 2);
    assert.equal(asked, 1);
    assert.equal(counters.get('results_accepted'), 4);
  });

  test('when none works all of them are told', async (t) => {
    const [first, second] = [await freePort(), await freePort()];
    const { message } = await failureOf(senderTo(t, [plain(first), plain(second)]));
    assert.ok(message.includes(`:${first}/nrdp/: connection refused`), message);
    assert.ok(message.includes(`:${second}/nrdp/: connection refused`), message);
  });

  test('what may have arrived at one is not sent to another at once', async (t) => {
    const { port, counters } = await startNrdpShim(t);
    const breaking = await serverOf(t, (request) => {
      request.on('data', () => {}).on('end', () => request.socket.destroy());
    });
    const sender = senderTo(t, [plain(breaking), plain(port)]);
    assert.equal((await failureOf(sender)).code, 'PEER_CLOSED_EARLY');
    assert.equal(counters.get('results_accepted'), 0);
    // The next delivery begins with the other one.
    assert.equal((await sendOnce(sender, numberedResults(2))).through, 2);
  });
});

test('a kept connection that was closed meanwhile is no failure', async (t) => {
  let requests = 0;
  const port = await serverOf(t, (request, response) => {
    requests++;
    request.resume();
    request.on('end', () => {
      // The second request of a connection finds it dead.
      if (requests === 2) request.socket.destroy();
      else response.end(encodeReply({ status: 0, message: 'OK', processed: 1 }, 'xml', false));
    });
  });
  const sender = senderTo(t, [plain(port)]);
  await sendOnce(sender, numberedResults(1));
  await sendOnce(sender, numberedResults(1));
  assert.equal(requests, 3);
});

test('probe finds a server of NRDP without sending anything', async (t) => {
  const { port, counters } = await startNrdpShim(t);
  await senderTo(t, [plain(port)]).probe(new AbortController().signal);
  assert.equal(counters.get('results_accepted'), 0);
  const page = await serverOf(t, (request, response) => {
    request.resume();
    response.end('<html/>');
  });
  const signal = new AbortController().signal;
  await assert.rejects(senderTo(t, [plain(page)]).probe(signal), /does not speak NRDP/);
});

test('user and password of an address are not shown', async (t) => {
  const { target } = senderTo(t, ['https://user:hidden@127.0.0.1/nrdp/']);
  assert.equal(target, 'https://127.0.0.1/nrdp/');
});
