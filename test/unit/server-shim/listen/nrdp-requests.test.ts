import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exchange } from '../../../support/exchange.ts';
import { ask, checkXml, encoded, startNrdpShim } from '../../../support/nrdp-shim.ts';

const submit = { token: 'secret', cmd: 'submitcheck' };

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
