import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { Secret } from '../../platform/secret.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { freePort } from '../support/free-port.ts';
import { ListStream, numberedResults, sendOnce } from '../support/list-stream.ts';
import { LogList } from '../support/log-list.ts';
import { ask, checkXml, encoded } from '../support/nrdp-shim.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { RawPskClient } from '../support/raw-psk-client.ts';
import { ReloadedShim } from '../support/reloaded-shim.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Reloads of one run; RELOADS=n for a longer one. */
const reloads = Number(process.env['RELOADS'] ?? 30);

interface Ports {
  readonly nsca: number;
  readonly nscaNg: number;
  readonly nrdp: number;
}

/** A configuration in which some things differ from the one before, and sometimes one is wrong. */
function configurationOf(ports: Ports, random: { below(limit: number): number }): string {
  const isSet = () => random.below(2) === 0;
  const identity = (name: string, hosts: string) =>
    `[identity.${name}]\npassword = ${name}-secret\nhosts = ${hosts}\nservices = .*\n`;
  const listen = (protocol: string, port: number) =>
    `[listen.${protocol}]\naddress = 127.0.0.1\nport = ${port}\nidle_timeout = ${20 + random.below(20)}\n`;
  return [
    `[shim]\nstate_dir = state\nlog_level = ${isSet() ? 'info' : 'debug'}\n`,
    listen('nsca', ports.nsca),
    `password = secret\n${isSet() ? 'encryption_method = 14, 1\n' : 'encryption_method = 14\n'}`,
    listen('nsca-ng', ports.nscaNg),
    `tls_max = ${isSet() ? '1.2' : '1.3'}\n`,
    listen('nrdp', ports.nrdp),
    identity('web01', isSet() ? '.*' : 'web01|h'),
    isSet() ? identity('guest', 'nothing') : '',
    '[sink.nagios]\ntype = command-file\npath = commands\ncreate = yes\n',
    isSet() ? '[sink.second]\ntype = command-file\npath = second\ncreate = yes\n' : '',
    random.below(4) === 0 ? 'bogus = 1\n' : '',
  ].join('');
}

/** Does something over and over until it is told to stop; gives all that it gave. */
function untilStopped<T>(stop: { isOver: boolean }, once: (round: number) => Promise<T>) {
  return (async () => {
    const all: T[] = [];
    for (let round = 1; !stop.isOver; round++) all.push(await once(round));
    return all;
  })();
}

/** An agent with one connection for all. Gives how many results were acknowledged. */
async function agent(t: TestContext, port: number, stop: { isOver: boolean }): Promise<number> {
  const stream = new ListStream(numberedResults(2_000_000));
  const sender = new NscaNgSender(
    {
      host: '127.0.0.1',
      port,
      identity: 'web01',
      password: new Secret(Buffer.from('web01-secret')),
      tlsMax: 'TLSv1.3',
      timeoutMs: 30_000,
      stream,
    },
    { log: new LogList().log, clock: systemClock },
  );
  t.after(() => sender.close());
  let sent = 0;
  await untilStopped(stop, async () => {
    const { through } = await sendOnce(sender, stream.results.slice(sent, sent + 20));
    assert.equal(through, sent + 20);
    sent = through;
  });
  return sent;
}

test('reloads amid the traffic of all protocols lose nothing and repeat nothing', async (t) => {
  const random = seededRandom(t);
  const [nsca, nscaNg, nrdp] = [await freePort(), await freePort(), await freePort()];
  const ports = { nsca, nscaNg, nrdp };
  const shim = await ReloadedShim.start(t, configurationOf(ports, { below: (limit) => limit - 1 }));
  const stop = { isOver: false };
  const byAgent = agent(t, nscaNg, stop);
  const byNscaNg = untilStopped(stop, async (round) => {
    const client = await RawPskClient.connect(nscaNg, { password: 'web01-secret' });
    const line = `[1700000000] PROCESS_HOST_CHECK_RESULT;web01;0;ng ${round}\n`;
    client.write(`MOIN 1 abcd\r\nPUSH ${line.length}\r\n${line}QUIT\r\n`);
    await client.closed();
    assert.equal(client.received.toString(), 'MOIN 1\r\nOKAY\r\nOKAY\r\nOKAY\r\n');
    client.socket.destroy();
  });
  const byNsca = untilStopped(stop, async (round) => {
    const client = await RawNscaClient.connect(nsca, 14, 'secret');
    await client.send(client.packet({ service: `nsca ${round}` }));
    assert.equal(await client.end(), 'closed');
  });
  const byNrdp = untilStopped(stop, async (round) => {
    const xml = checkXml({ output: `nrdp ${round}` });
    const form = encoded({ token: 'web01-secret', cmd: 'submitcheck', xml });
    const { body } = await ask(nrdp, { method: 'POST', path: '/nrdp/' }, form);
    assert.match(body, /1 checks processed/);
  });
  const all = Promise.all([byAgent, byNscaNg, byNsca, byNrdp]);
  const outcomes: string[] = [];
  const reloading = (async () => {
    for (let round = 0; round < reloads; round++) {
      outcomes.push(await shim.reload(configurationOf(ports, random)));
    }
  })();
  try {
    await Promise.race([reloading, all]);
    await reloading;
  } finally {
    stop.isOver = true;
  }
  const [agentResults, ng, plain, posted] = await all;
  const kept = outcomes.filter((outcome) => outcome === 'kept').length;
  t.diagnostic(
    `${outcomes.length} reloads, of which ${kept} refused; ` +
      `${agentResults} results by agent, ${ng.length} by NSCA-ng, ${plain.length} by NSCA, ${posted.length} by NRDP`,
  );
  assert.ok(Math.min(agentResults, ng.length, plain.length, posted.length) > 0);
  const total = agentResults + ng.length + plain.length + posted.length;
  const commands = await shim.waitForCommands(total);
  assert.equal(commands.length, total);
  const numbers = commands.flatMap((line) => /;number (\d+)$/.exec(line)?.[1] ?? []);
  assert.deepEqual(
    numbers.map(Number),
    Array.from({ length: agentResults }, (_, index) => index + 1),
  );
  for (const [word, count] of [
    ['ng', ng],
    ['nrdp', posted],
  ] as const) {
    const told = commands.flatMap((line) => new RegExp(`;${word} (\\d+)$`).exec(line)?.[1] ?? []);
    assert.deepEqual(
      told.map(Number),
      count.map((_, index) => index + 1),
    );
  }
});
