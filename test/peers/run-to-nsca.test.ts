import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { supportedNscaMethods } from '../../protocol/nsca/nsca-method.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { startNscaDaemon } from '../support/nsca-daemon.ts';
import { peer } from '../support/peers.ts';

const { skip } = peer('nsca');

describe('nagtail run → the real nsca', { skip, concurrency: 2 }, () => {
  for (const method of supportedNscaMethods) {
    test(`method ${method}: services, hosts, long outputs, bytes above 127`, async (t) => {
      const password = 'a password of more than 24 bytes';
      const daemon = await startNscaDaemon(t, { method, password });
      const files = new AgentFiles(t, { port: daemon.port, method, password });
      const agent = files.start();
      await agent.record('READY');
      files.append(
        'report web01 ssh 2 three in one write: 1|load=4',
        `report web01 mail 1 ${byteStringOf('Grüße ☃')} \xe4\xff`,
        'long web01 disk 3 first \\ line / second line',
      );
      assert.deepEqual(await daemon.waitForCommands(3), [
        'PROCESS_SERVICE_CHECK_RESULT;web01;ssh;2;three in one write: 1|load=4',
        `PROCESS_SERVICE_CHECK_RESULT;web01;mail;1;${byteStringOf('Grüße ☃')} \xe4\xff`,
        'PROCESS_SERVICE_CHECK_RESULT;web01;disk;3;first \\\\ line\\nsecond line',
      ]);
      files.append('host web01 1 gone; it seems');
      const [, , , later] = await daemon.waitForCommands(4);
      assert.equal(later, 'PROCESS_HOST_CHECK_RESULT;web01;1;gone; it seems');
      assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    });
  }

  test('250 results at once, more than one connection carries', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
    const files = new AgentFiles(t, { port: daemon.port, method: 1 });
    const agent = files.start();
    await agent.record('READY');
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    files.append(...numbers.map((number) => `report h s 0 result ${number}`));
    const expected = numbers.map((number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;result ${number}`);
    assert.deepEqual(await daemon.waitForCommands(250), expected);
  });

  test('the login rule of the examples', async (t) => {
    const example = path.resolve(import.meta.dirname, '../../config/rules/login-failures.sec');
    const daemon = await startNscaDaemon(t, { method: 14, password: 'secret' });
    const rules = [readFileSync(example, 'latin1')];
    const files = new AgentFiles(t, { port: daemon.port, rules });
    const agent = files.start();
    await agent.record('READY');
    files.append('Nov 15 04:02:24 foohost login: 1 LOGIN FAILURE ON ttyp2');
    const [command = ''] = await daemon.waitForCommands(1);
    assert.match(
      command,
      /^PROCESS_SERVICE_CHECK_RESULT;localhost;SSHD Failures;2;USERACT: foohost login 1 LOGIN FAILURE {2}on ttyp2 at \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
    );
    await agent.stop();
    assert.equal(agent.stdout, 'USERACT: foohost login 1 LOGIN FAILURE  on ttyp2\n');
  });
});
