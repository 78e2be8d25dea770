import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { externalCommandLine } from '../../protocol/external-command.ts';
import type { NscaPacket } from '../../protocol/nsca/nsca-packet.ts';
import { Counters } from '../../server-shim/counters.ts';
import type { ReceivedResult } from '../../server-shim/journal/result-journal.ts';
import { listenNsca } from '../../server-shim/listen/nsca-listener.ts';
import { journalIntake } from '../../server-shim/listen/result-intake.ts';
import { LogList } from '../support/log-list.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { SeededRandom, seededRandom } from '../support/seeded-random.ts';

/** A slice; a long run: NSCA_FUZZ_PACKETS=1000000 scripts/test test/faults/nsca-fuzz.test.ts */
const packetsInAll = Number(process.env['NSCA_FUZZ_PACKETS'] ?? 3000);

/** Growth of the whole process that no number of packets may exceed, in MiB. */
const growthMax = 400;

const password = 'a secret of 24 bytes ...';
const methods = [1, 14] as const;

/** A line for Nagios, whole and alone; its names hold nothing that would end a field. */
const goodLine =
  /^\[\d{10}\] PROCESS_(?:SERVICE_CHECK_RESULT;[^;\x00-\x1f\x7f]+|HOST_CHECK_RESULT);[^;\x00-\x1f\x7f]+;-?\d+;[^\x00-\x08\x0a-\x1f\x7f]*\n$/;

const hostile = [
  '\n',
  '\r',
  '\0',
  ';',
  '\x1b[2J',
  '\\',
  '\x7f',
  '\xff\xfe',
  '\t',
  '[1] X;',
  '|',
  '',
];

function text(random: SeededRandom, most: number): string {
  const pieces = Array.from({ length: random.below(6) }, () =>
    random.below(3) === 0 ? 'name' : (hostile[random.below(hostile.length)] ?? ''),
  );
  const long = random.below(20) === 0 ? 'x'.repeat(random.below(most)) : '';
  return pieces.join('') + long;
}

function hostilePacket(random: SeededRandom): Partial<NscaPacket> {
  return {
    host: text(random, 70),
    service: text(random, 140),
    output: text(random, 4200),
    returnCode: random.below(65_536) - 32_768,
  };
}

/** Sends one connection's worth of good, hostile, damaged and random packets; gives what is good. */
async function oneConnection(port: number, random: SeededRandom, number: number) {
  const method = methods[random.below(methods.length)] ?? 14;
  const client = await RawNscaClient.connect(port, method, password);
  const packets: Buffer[] = [];
  const honest: string[] = [];
  const count = 1 + random.below(12);
  for (let n = 0; n < count; n++) {
    const kind = random.below(10);
    const size = random.below(4) === 0 ? 720 : 4304;
    if (kind < 4) {
      const service = `good ${number}.${n}`;
      packets.push(client.packet({ service }, size));
      // Behind a packet of random bytes of another length nothing can be found again.
      honest.push(service);
    } else if (kind < 8) {
      packets.push(client.packet(hostilePacket(random), size));
    } else if (kind === 8) {
      const damaged = client.packet(hostilePacket(random), 4304);
      // Not in its last block: in CFB mode that damages the packet behind it, too.
      const at = random.below(damaged.length - 16);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
      packets.push(damaged);
      if (packets.length === 1) return await finish(client, packets, [], random, count);
    } else {
      const junk = Buffer.from(Array.from({ length: random.below(9000) }, () => random.below(256)));
      packets.push(junk);
      return await finish(client, packets, packets.length === 1 ? [] : honest, random, count);
    }
  }
  return await finish(client, packets, honest, random, count);
}

async function finish(
  client: RawNscaClient,
  packets: readonly Buffer[],
  honest: readonly string[],
  random: SeededRandom,
  count: number,
) {
  const bytes = Buffer.concat(packets);
  client.socket.on('error', () => {});
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(20_000);
    client.socket.write(bytes.subarray(at, at + length));
    at += length;
  }
  await client.end();
  return { honest, count };
}

test('random and mutated packets: no crash, no wrong line, no good result lost', {
  timeout: 3_600_000,
}, async (t) => {
  const random = seededRandom(t);
  const counters = new Counters();
  const arrived = new Set<string>();
  const journal = {
    async append(results: readonly ReceivedResult[]) {
      for (const { result } of results) {
        const line = externalCommandLine(result);
        assert.match(line, goodLine);
        if (result.service?.startsWith('good ') === true) arrived.add(result.service);
      }
    },
    lastSeq: () => 0,
    lastChecksum: () => 0,
  };
  const { log } = new LogList();
  const quiet = { ...log, warn: () => {}, info: () => {} };
  const intake = journalIntake({ journal, log: quiet, clock: systemClock, counters });
  const listener = await listenNsca(
    {
      address: '127.0.0.1',
      port: 0,
      method: 14,
      password: Buffer.from(password),
      moreKeys: [{ method: 1, password: Buffer.from(password) }],
      maxPacketAgeSeconds: 300,
    },
    { intake, log: quiet, clock: systemClock, counters, randomBytes },
  );
  t.after(() => listener.stop(0));
  const before = process.memoryUsage().rss;
  for (let sent = 0, number = 0; sent < packetsInAll; ) {
    const batch = Array.from({ length: 8 }, () => {
      // Each has numbers of its own: in which turn they run must not matter to a replay.
      const own = new SeededRandom(random.seed + number);
      return oneConnection(listener.port, own, number++);
    });
    for (const { honest, count } of await Promise.all(batch)) {
      sent += count;
      for (const service of honest) {
        assert(arrived.delete(service), `${service} is lost; replay with SEED=${random.seed}`);
      }
    }
    arrived.clear();
  }
  const growth = (process.memoryUsage().rss - before) / 2 ** 20;
  assert(growth < growthMax, `memory grew by ${growth.toFixed(0)} MiB`);
  assert(counters.get('packets_read') > packetsInAll / 3);
  assert(counters.get('packets_refused_version') + counters.get('packets_refused_crc') > 0);
});
