import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AddressList } from '../../../../server-shim/listen/address-list.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';
import { ask, checkXml, startNrdpShim } from '../../../support/nrdp-shim.ts';

const submit = { token: 'secret', cmd: 'submitcheck' };

function allow(...ranges: readonly string[]): AddressList {
  const list = new AddressList();
  for (const range of ranges) assert.equal(list.add(range), undefined);
  return list;
}

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
