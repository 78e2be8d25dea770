import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { AddressList } from '../../../../server-shim/listen/address-list.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';
import { ask, checkXml, encoded, startNrdpShim } from '../../../support/nrdp-shim.ts';
import { waitFor } from '../../../support/wait-for.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/nrdp');

/** Sends bytes on a connection, and gives all that comes until the other side closes it. */
function exchange(port: number, bytes: Uint8Array | string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });
}

/** A request of a fixture, as it is on the wire; the server closes behind it. */
function recorded(name: string): string {
  const text = readFileSync(path.join(fixtures, name), 'latin1');
  const end = text.indexOf('\n\n');
  const body = text.slice(end + 2);
  const head = text
    .slice(0, end)
    .replace('@LENGTH@', String(body.length))
    .replace(/\nConnection: .*/, '');
  return `${head}\nConnection: close`.replaceAll('\n', '\r\n').concat('\r\n\r\n', body);
}

function allow(...ranges: readonly string[]): AddressList {
  const list = new AddressList();
  for (const range of ranges) assert.equal(list.add(range), undefined);
  return list;
}

const submit = { token: 'secret', cmd: 'submitcheck' };

describe('the real clients', () => {
  const clients: Readonly<Record<string, readonly string[] | string>> = {
    'send_nrdp-sh-service': [
      // What is not encoded arrives as it can: a plus is a blank.
      'PROCESS_SERVICE_CHECK_RESULT;web01;Disk space;1;WARNING: 85% used, 1 1|/=85%;80;90',
    ],
    'send_nrdp-sh-host': ['PROCESS_HOST_CHECK_RESULT;web01;1;down'],
    'send_nrdp-sh-ampersand': 'BAD XML',
    'send_nrdp-php': [
      'PROCESS_SERVICE_CHECK_RESULT;web01;Web;2;GET /?a=1&b=2 <failed> 50% + "x"',
      'PROCESS_HOST_CHECK_RESULT;web02;0;up\\n2nd line',
    ],
    'send_nrdp-py': ['PROCESS_SERVICE_CHECK_RESULT;web01;Load;0;OK'],
    ncpa: [
      "PROCESS_HOST_CHECK_RESULT;web01;0;OK: agent_version was ['2.4.1']",
      "PROCESS_SERVICE_CHECK_RESULT;web01;CPU Usage;1;WARNING: Percent was 12.30 %,15.20 % | 'percent_0'=12.30%;10;20; ",
    ],
    json: [
      `PROCESS_SERVICE_CHECK_RESULT;web01;${byteStringOf('Größe')};1;${byteStringOf('läuft')}`,
    ],
  };
  test('all fixtures are tried', () => {
    const files = readdirSync(fixtures).filter((name) => name !== 'README.md');
    assert.deepEqual(files.sort(), Object.keys(clients).sort());
  });
  for (const [name, expected] of Object.entries(clients)) {
    test(name, async (t) => {
      const { port, commands, lines } = await startNrdpShim(t);
      const answer = await exchange(port, recorded(name));
      assert.match(answer, /^HTTP\/1.1 200 /);
      if (typeof expected === 'string') {
        assert.match(answer, new RegExp(`<status>-1</status>\n.*<message>${expected}</message>`));
        assert.equal(lines(), '');
        return;
      }
      assert.ok(answer.includes(`${expected.length} checks processed`), answer);
      assert.deepEqual(await commands(expected.length), expected);
    });
  }
});

describe('requests', () => {
  test('by GET and by POST, with and without the last slash', async (t) => {
    const { port, post, commands } = await startNrdpShim(t);
    const form = { ...submit, xml: checkXml({ output: 'a' }) };
    for (const where of ['/nrdp', '/nrdp/', '/nrdp/index.php', '//nrdp//']) {
      const answer = await ask(port, { path: `${where}?${encoded(form)}` });
      assert.ok(answer.body.includes('<status>0</status>'), `${where}: ${answer.body}`);
      assert.equal(answer.headers['content-type'], 'text/xml;charset=UTF-8');
      assert.equal((await post(form, where)).status, 200);
    }
    assert.equal((await commands(8)).length, 8);
  });

  test('JSON is answered in JSON, pretty when asked', async (t) => {
    const { post } = await startNrdpShim(t);
    const answer = await post({ ...submit, json: '{"foo":1}' });
    assert.equal(
      answer.body,
      '{"result":{"status":0,"message":"OK","meta":{"output":"0 checks processed"}}}',
    );
    assert.equal(answer.headers['content-type'], 'application/json');
    const pretty = await post({ ...submit, json: '{', pretty: '1' });
    assert.match(pretty.body, /\n {8}"message": "BAD JSON",\n {8}"information": "Syntax error"\n/);
  });

  test('the body wins over the address', async (t) => {
    const { post } = await startNrdpShim(t);
    const { body } = await post({ token: 'secret', xml: '<a/>' }, '/nrdp/?token=x&cmd=submitcheck');
    assert.match(body, /0 checks processed/);
  });

  test('the original time is kept, one that is not yet is not', async (t) => {
    const { post, commands, lines } = await startNrdpShim(t);
    const now = Math.floor(Date.now() / 1000);
    for (const time of [now - 86_400, now + 86_400]) {
      const xml = checkXml({}).replace('</output>', `</output><time>${time}</time>`);
      await post({ ...submit, xml });
    }
    await commands(2);
    const times = lines().match(/^\[\d+\]/gm) ?? [];
    assert.equal(times[0], `[${now - 86_400}]`);
    assert.ok(Math.abs(Number(times[1]?.slice(1, -1)) - now) < 60);
  });

  test('hello needs no token', async (t) => {
    const { post } = await startNrdpShim(t);
    const answer = await post({ cmd: 'hello' });
    assert.match(answer.body, /<response>\n {4}<status>0<\/status>\n {4}<message>OK</);
    assert.match((await post({ cmd: 'HELLO', json: '1' })).body, /"product":"nrdp"/);
  });

  test('without a command it is told so, as by the real server', async (t) => {
    const { post, port } = await startNrdpShim(t);
    const text = 'No command specified or request handler\n';
    assert.equal((await post({ cmd: 'other', token: 'secret' })).body, text);
    assert.equal((await ask(port, { path: '/nrdp/' })).body, text);
  });

  test('a connection serves many requests, one after the other', async (t) => {
    const { port, commands, counters } = await startNrdpShim(t);
    const http = await import('node:http');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const body = encoded({ ...submit, xml: checkXml({}) });
    for (let request = 0; request < 3; request++) {
      const answer = await ask(port, { method: 'POST', path: '/nrdp/', agent }, body);
      assert.match(answer.body, /1 checks processed/);
    }
    await commands(3);
    assert.equal(counters.get('connections_accepted'), 1);
  });
});

describe('who may say what', () => {
  const identities = identitiesOf(
    { name: 'web01', password: 'one', hosts: 'web01', services: 'Disk|Load' },
    { name: 'web02', password: 'two', hosts: 'web02', services: '.*' },
  );

  test('a token stands for its identity', async (t) => {
    const { post, logs, commands, counters } = await startNrdpShim(t, { identities });
    const xml = (host: string, service: string | null = 'Disk') => checkXml({ host, service });
    const one = { cmd: 'submitcheck', token: 'one' };
    assert.match((await post({ ...one, xml: xml('web01') })).body, /1 checks processed/);
    assert.match((await post({ ...one, xml: xml('web01', null) })).body, /1 checks processed/);
    for (const [host, service] of [
      ['web02', 'Disk'],
      ['web02', null],
      ['web01', 'Other'],
      ['WEB01', 'Disk'],
      ['web01x', 'Disk'],
    ] as const) {
      const { body } = await post({ ...one, xml: xml(host, service) });
      assert.match(body, /<status>-1<\/status>\n {4}<message>NOT ALLOWED<\/message>/);
    }
    assert.match((await post({ ...one, token: 'two', xml: xml('web02') })).body, /1 checks/);
    assert.equal((await commands(3)).length, 3);
    assert.equal(counters.get('results_not_allowed'), 5);
    const told = logs.of('RESULT_REFUSED');
    assert.equal(told.length, 5);
    assert.deepEqual(told[0]?.fields, {
      identity: 'web01',
      peer: '127.0.0.1',
      host: 'web02',
      service: 'Disk',
      reason: 'NOT_ALLOWED',
    });
  });

  test('of a batch what is allowed is taken, and the answer says what was not', async (t) => {
    const { post, commands, counters, logs } = await startNrdpShim(t, { identities });
    const checks = [
      checkXml({ host: 'web01' }),
      checkXml({ host: 'db01' }),
      checkXml({ host: 'web01', state: 'OK' }),
      checkXml({ host: 'web01;x' }),
      checkXml({ host: 'web01', service: 'Load' }),
    ];
    const xml = `<c>${checks.join('').replace(/<\/?checkresults>/g, '')}</c>`;
    const { body } = await post({ cmd: 'submitcheck', token: 'one', xml });
    assert.match(body, /<status>0<\/status>/);
    assert.match(body, /<output>2 checks processed<\/output>/);
    const refused = [...body.matchAll(/<refused check="(\d)">(.*)<\/refused>/g)];
    assert.deepEqual(
      refused.map(([, index]) => index),
      ['1', '2', '3'],
    );
    assert.deepEqual(
      (await commands(2)).map((line) => line.split(';')[2]),
      ['Disk', 'Load'],
    );
    assert.equal(counters.get('results_accepted'), 2);
    assert.equal(counters.get('results_refused'), 2);
    assert.equal(counters.get('results_not_allowed'), 1);
    assert.equal(logs.of('RESULT_REFUSED').length, 3);
  });

  test('no token and a wrong one are told apart, and nothing is read for them', async (t) => {
    const { post, logs, counters } = await startNrdpShim(t, { identities });
    const none = await post({ cmd: 'submitcheck', xml: '<' });
    assert.match(none.body, /<message>NO TOKEN<\/message>\n<\/result>/);
    const bad = await post({ cmd: 'submitcheck', token: 'One', xml: '<' });
    assert.match(bad.body, /<message>BAD TOKEN<\/message>\n<\/result>/);
    const told = logs.of('NRDP_REQUEST_REFUSED');
    assert.deepEqual(
      told.map(({ fields }) => fields['reason']),
      ['no-token', 'bad-token'],
    );
    assert.ok(!JSON.stringify(logs.records).includes('One'));
    assert.equal(counters.get('requests_refused'), 2);
  });

  test('behind a proxy the client is who the proxy says, and nobody else is believed', async (t) => {
    const header = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' };
    const request = { path: '/nrdp/?cmd=submitcheck&token=x', headers: header };
    const trusting = await startNrdpShim(t, { trustedProxies: allow('127.0.0.0/8') });
    await ask(trusting.port, request);
    assert.equal(trusting.logs.of('NRDP_REQUEST_REFUSED')[0]?.fields['peer'], '192.0.2.7');
    const plain = await startNrdpShim(t);
    await ask(plain.port, request);
    assert.equal(plain.logs.of('NRDP_REQUEST_REFUSED')[0]?.fields['peer'], '127.0.0.1');
    const limited = { trustedProxies: allow('127.0.0.1'), allow: allow('192.0.2.0/24') };
    const { port, counters } = await startNrdpShim(t, limited);
    assert.equal((await ask(port, request)).status, 200);
    const forged = { ...request, headers: { 'x-forwarded-for': '192.0.2.7, 203.0.113.9' } };
    assert.equal((await ask(port, forged)).status, 403);
    assert.equal((await ask(port, { path: '/nrdp/' })).status, 403);
    assert.equal(counters.get('connections_not_allowed'), 2);
  });

  test('who sends more than its rate has to wait', async (t) => {
    const slow = identitiesOf({ name: 'web01', resultsPerSecond: 2 });
    const { post, counters } = await startNrdpShim(t, { identities: slow });
    const xml = `<c>${'<checkresult><hostname>h</hostname><state>0</state></checkresult>'.repeat(100)}</c>`;
    assert.match((await post({ ...submit, xml })).body, /100 checks processed/);
    const answer = await post({ ...submit, xml });
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers['retry-after']) >= 40);
    assert.equal(counters.get('rate_limited'), 1);
  });
});

describe('external commands', () => {
  const identities = identitiesOf({
    name: 'web01',
    hosts: 'web01',
    commands: 'DISABLE_HOST_NOTIFICATIONS;web01|.*;free.*|PROCESS_FILE.*',
  });
  const command = (text: string) => ({ cmd: 'submitcmd', token: 'secret', command: text });

  test('are given to Nagios when the identity lists them', async (t) => {
    const { post, commands, logs, counters } = await startNrdpShim(t, { identities });
    const { body } = await post(command('DISABLE_HOST_NOTIFICATIONS;web01'));
    assert.match(body, /<status>0<\/status>\n {4}<message>OK<\/message>\n<\/result>/);
    assert.deepEqual(await commands(1), ['DISABLE_HOST_NOTIFICATIONS;web01']);
    assert.equal(logs.of('COMMAND_GIVEN').length, 1);
    assert.equal(counters.get('commands_given'), 1);
  });

  for (const [name, text] of [
    ['another host', 'DISABLE_HOST_NOTIFICATIONS;db01'],
    ['another command', 'SHUTDOWN_PROGRAM'],
    ['a second line', 'DISABLE_HOST_NOTIFICATIONS;web01\n[1] SHUTDOWN_PROGRAM'],
    ['what lets Nagios read files', 'PROCESS_FILE;/etc/passwd;1'],
    ['a check result of another host', 'PROCESS_HOST_CHECK_RESULT;db01;0;free'],
    ['a check result that is incomplete', 'PROCESS_SERVICE_CHECK_RESULT;db01;free'],
    ['no command', ''],
    ['a time of its own', '[1700000000] DISABLE_HOST_NOTIFICATIONS;web01'],
    ['one that is too long', `ADD_HOST_COMMENT;free${'x'.repeat(5_000)}`],
  ] as const) {
    test(`${name} is refused`, async (t) => {
      const { post, lines } = await startNrdpShim(t, { identities });
      const { body } = await post(command(text));
      assert.match(body, /<status>-1<\/status>\n {4}<message>NOT ALLOWED<\/message>/);
      assert.equal(lines(), '');
    });
  }

  test('a check result goes by host and service, as from submitcheck', async (t) => {
    const { post, commands } = await startNrdpShim(t, { identities });
    await post(command('PROCESS_SERVICE_CHECK_RESULT;web01;Disk;1;a\\nb;c'));
    assert.deepEqual(await commands(1), ['PROCESS_SERVICE_CHECK_RESULT;web01;Disk;1;a\\nb;c']);
  });

  test('control characters are cleaned away', async (t) => {
    const { post, commands } = await startNrdpShim(t, { identities });
    await post(command('ADD_HOST_COMMENT;free\x1b[2Jx'));
    assert.deepEqual(await commands(1), ['ADD_HOST_COMMENT;free [2Jx']);
  });

  test('what Nagios cannot take is refused, not kept', async (t) => {
    const sinks = [{ type: 'command-file', name: 'nagios', path: '/nonexistent/cmd' }] as const;
    const { post, counters } = await startNrdpShim(t, { identities }, { sinks, drainMs: 0 });
    const { body } = await post(command('DISABLE_HOST_NOTIFICATIONS;web01'));
    assert.match(body, /<message>COMMAND FILE UNWRITEABLE<\/message>/);
    assert.match(body, /does not exist: start Nagios/);
    assert.equal(counters.get('commands_refused'), 1);
  });
});

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

test('a full journal is told as such, and the client sends again', async (t) => {
  const sinks = [{ type: 'command-file', name: 'nagios', path: '/nonexistent/cmd' }] as const;
  const more = { sinks, journalLimits: { maxResults: 1, maxBytes: 2 ** 24 }, drainMs: 0 };
  const { post } = await startNrdpShim(t, {}, more);
  const form = { ...submit, xml: checkXml({}) };
  assert.equal((await post(form)).status, 200);
  const full = await post(form);
  assert.equal(full.status, 503);
  assert.match(full.body, /<status>-1<\/status>\n {4}<message>WRITE ERROR<\/message>/);
});

test('stopping answers what is under way and ends idle connections', async (t) => {
  const { port, stop } = await startNrdpShim(t);
  const idle = exchange(port, '');
  await ask(port, { path: '/nrdp/?cmd=hello' });
  await stop();
  assert.equal(await idle, '');
});
