import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { encodeHello, encodePing, encodeResults } from '../../protocol/batch/client-frames.ts';
import { encodeCheckResults } from '../../protocol/nrdp/encode-check-results.ts';
import { numberedResults } from '../support/list-stream.ts';
import { identitiesOf } from '../support/ng-listener.ts';
import { ask, encoded, startNrdpShim } from '../support/nrdp-shim.ts';
import { RawPskClient } from '../support/raw-psk-client.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

/** A slice; a long run: LISTENER_FUZZ_ROUNDS=20000 scripts/test test/faults/listener-fuzz.test.ts */
const rounds = Number(process.env['LISTENER_FUZZ_ROUNDS'] ?? 200);

/** Growth of the whole process that no number of rounds may exceed, in MiB. */
const growthMax = 400;

/** A line for Nagios, whole and alone, about the one host that may be reported for. */
const goodLine =
  /^\[\d+\] PROCESS_(?:SERVICE_CHECK_RESULT;web01;[^;\x00-\x1f\x7f]+|HOST_CHECK_RESULT;web01);-?\d+;[^\x00-\x08\x0b-\x1f\x7f]*$/;

/** How long a listener may take over bytes that lead to nothing, until we close, in milliseconds. */
const patienceMs = 30;

const form = encoded({
  token: 'secret',
  cmd: 'submitcheck',
  XMLDATA: encodeCheckResults(numberedResults(3).map(({ result }) => result)),
});
const post = `POST /nrdp/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
const command = '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web01;s;0;fine\n';
const push = `PUSH ${command.length}\r\n${command}`;
const frames = Buffer.concat([
  encodeHello({ stream: 'fuzz', highestSeq: 9 }),
  ...[...encodeResults(numberedResults(3))].map(({ bytes }) => bytes),
  encodePing(),
]).toString('latin1');

/** What each protocol would hear of a good client, and pieces that mean something to it. */
const protocols = {
  nrdp: {
    good: post,
    pieces: [
      '\r\n',
      '\r\n\r\n',
      'GET ',
      '%',
      '&',
      '<',
      '&#0;',
      'Content-Length: 9\r\n',
      'Transfer-Encoding: chunked\r\n',
      '0\r\n\r\n',
      'Expect: 100-continue\r\n',
    ],
  },
  'nsca-ng': {
    good: `MOIN 1 session\r\n${push}${push}NOOP\r\nQUIT\r\n`,
    pieces: [
      '\r\n',
      '\n',
      '\0',
      'PUSH 16384\r\n',
      'PUSH -1\r\n',
      'MOIN 2 x\r\n',
      'BAIL\r\n',
      '[1] SHUTDOWN_PROGRAM\n',
      ';',
      'PUSH 99999999999999999999\r\n',
    ],
  },
  'nagtail/1': {
    good: frames,
    pieces: ['\0\0\0\x01\x04', '\xff\xff\xff\xff', '\0\0\0\0', '\x7f', '\x80', frames.slice(0, 9)],
  },
} as const;

type Protocol = keyof typeof protocols;

/** A good client's bytes with pieces put in, bytes changed, and ends cut off. */
function damaged(protocol: Protocol, random: SeededRandom): Buffer {
  const { good, pieces } = protocols[protocol];
  let text: string = good;
  for (let change = random.below(5); change >= 0; change--) {
    const at = random.below(text.length + 1);
    const piece = pieces[random.below(pieces.length)] ?? '';
    const kind = random.below(4);
    if (kind === 0) text = text.slice(0, at);
    else if (kind === 1)
      text = text.slice(0, at) + piece.repeat(1 + random.below(50)) + text.slice(at);
    else if (kind === 2)
      text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    else text = text.slice(0, at) + text.slice(at + random.below(40));
  }
  return Buffer.from(text, 'latin1');
}

/** Writes in random pieces, and closes when the other side does or has had its time. */
async function pour(socket: net.Socket, bytes: Buffer, random: SeededRandom): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(400);
    socket.write(bytes.subarray(at, at + length));
    at += length;
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  socket.destroy();
}

async function attack(ports: Ports, protocol: Protocol, random: SeededRandom): Promise<void> {
  const bytes = damaged(protocol, random);
  if (protocol === 'nrdp') {
    await pour(net.connect(ports.nrdp, '127.0.0.1'), bytes, random);
    return;
  }
  const alpn = protocol === 'nagtail/1' ? { ALPNProtocols: ['nagtail/1'] } : {};
  const client = await RawPskClient.connect(ports.nscaNg, alpn);
  await pour(client.socket, bytes, random);
}

interface Ports {
  readonly nrdp: number;
  readonly nscaNg: number;
}

async function start(t: TestContext) {
  const identities = identitiesOf({ name: 'web01', hosts: 'web01' });
  const nscaNg = { address: '127.0.0.1', port: 0, identities };
  return await startNrdpShim(t, { identities }, { nscaNg });
}

test('damaged requests and frames: no crash, no wrong line, good clients are served', {
  timeout: 3_600_000,
}, async (t) => {
  const random = seededRandom(t);
  const { shim, port, lines, stop, counters } = await start(t);
  const before = process.memoryUsage().rss;
  for (let round = 0; round < rounds; round++) {
    for (const protocol of ['nrdp', 'nsca-ng', 'nagtail/1'] as const) {
      await attack(shim.ports, protocol, random);
    }
    if (round % 20 !== 0) continue;
    const answer = await ask(port, { method: 'POST', path: '/nrdp/' }, form);
    assert.match(answer.body, /3 checks processed/, `replay with SEED=${random.seed}`);
    const client = await RawPskClient.connect(shim.ports.nscaNg);
    client.write(`MOIN 1 session\r\n${push}`);
    await client.waitFor('its OKAY', (received) => /OKAY\r\nOKAY\r\n/.test(received.toString()));
    client.socket.destroy();
  }
  const growth = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(growth < growthMax, `memory grew by ${growth.toFixed(0)} MiB`);
  await stop();
  for (const line of lines().trimEnd().split('\n')) assert.match(line, goodLine);
  for (const name of ['requests_refused', 'frames_refused', 'results_accepted'] as const) {
    assert.ok(counters.get(name) > 0, name);
  }
});
