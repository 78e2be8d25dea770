import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { receiveDatagrams } from '../support/receive-datagrams.ts';
import { comparableLog, type SecProgramName, SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/* Sockets of rules: what arrives at the other side, and what is told of it. */

const sec = peer('sec');

/** A server that keeps what it gets. */
async function listen(
  t: TestContext,
  where: { readonly port: number } | { readonly path: string },
) {
  let received = '';
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
  });
  server.listen('port' in where ? { port: where.port, host: '127.0.0.1' } : where);
  await once(server, 'listening');
  t.after(() => server.close());
  return () => received;
}

async function sendTo(t: TestContext, program: SecProgramName) {
  const folder = tempDir(t);
  const [tcpPort, udpPort, closedPort] = [await freePort(), await freePort(), await freePort()];
  const stream = path.join(folder, 'stream');
  const datagram = path.join(folder, 'datagram');
  const fromTcp = await listen(t, { port: tcpPort });
  const fromStream = await listen(t, { path: stream });
  const fromDatagrams = await receiveDatagrams(t, datagram);
  let fromUdp = '';
  const udp = dgram.createSocket('udp4', (message) => {
    fromUdp += `${message.toString('latin1')}|`;
  });
  udp.bind(udpPort, '127.0.0.1');
  await once(udp, 'listening');
  t.after(() => udp.close());
  const rules = `
type=Single
ptype=RegExp
pattern=^send (.*)
desc=$1
continue=TakeNext
action=tcpsock 127.0.0.1:${tcpPort} $1%.nl; ustream ${stream} $1%.nl; udpsock 127.0.0.1:${udpPort} $1; udgram ${datagram} $1

type=Single
ptype=SubStr
pattern=close
desc=close
action=closetcp 127.0.0.1:${tcpPort}; closeustr ${stream}; closeudp 127.0.0.1:${udpPort}; closeudgr ${datagram}; \\
  closetcp 127.0.0.1:${tcpPort}; closeudgr ${datagram}

type=Single
ptype=SubStr
pattern=wrong
desc=wrong
action=tcpsock nowhere text; udpsock nowhere text; ustream /nowhere text; udgram /nowhere text; \\
  udgram ${stream} text; tcpsock 127.0.0.1:${closedPort} text
`;
  writeFileSync(path.join(folder, 'r.sec'), rules);
  const lines = ['send one', 'send \xe9\xff two', 'close', 'send three', 'wrong'];
  writeFileSync(path.join(folder, 'in'), lines.map((line) => `${line}\n`).join(''), 'latin1');
  const args = ['--conf=r.sec', '--input=in', '--fromstart', '--log=log'];
  const run = new SecRun(t, program, { folder, args });
  const states = () => [fromTcp(), fromStream(), fromUdp, fromDatagrams()];
  await waitFor('all texts', states, (all) => all.every((text) => text.includes('three')));
  await run.logged('Connection refused');
  await run.stop();
  const names = [folder, String(tcpPort), String(udpPort), String(closedPort)];
  const plain = names.reduce(
    (text, name) => text.replaceAll(name, 'NAME'),
    comparableLog(run.log).join('\n'),
  );
  return { received: states(), log: plain.split('\n') };
}

test('texts reach sockets of all kinds; failures are told as by SEC', {
  skip: sec.skip,
}, async (t) => {
  const runs = secPrograms.map((program) => sendTo(t, program));
  const [expected, actual] = await Promise.all(runs);
  assert.deepEqual(actual, expected);
});
