import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NscaMethod } from '../../../../protocol/nsca/nsca-method.ts';
import type { NscaPacket, NscaPacketSize } from '../../../../protocol/nsca/nsca-packet.ts';

/** A file of test/fixtures/nsca; its README says what is in it. */
function fixture(name: string) {
  const url = new URL(`../../../fixtures/nsca/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

interface CipherVector {
  readonly method: NscaMethod;
  readonly password: string;
  readonly packet: string;
  readonly sha256: string;
}

interface SequenceVector {
  readonly method: NscaMethod;
  readonly password: string;
  readonly packets: readonly string[];
  readonly per_packet: readonly string[];
}

interface BlockVector {
  readonly method: NscaMethod;
  readonly key: string;
  readonly plain: string;
  readonly cipher: string;
}

interface CrcVector {
  readonly hex?: string;
  readonly packet?: string;
  readonly crc32: string;
}

const cipher = fixture('cipher');

export const cipherVectors: readonly CipherVector[] = cipher.vectors;
export const sequenceVectors: readonly SequenceVector[] = fixture('sequence').vectors;
export const blockVectors: readonly BlockVector[] = fixture('block').vectors;
export const crcVectors: readonly CrcVector[] = fixture('crc32').vectors;
export const fixtureIv: Buffer = Buffer.from(cipher.iv, 'hex');

const packets: Readonly<Record<string, { readonly hex: string }>> = fixture('packets').packets;

/** The plain bytes of a packet of packets.json. */
export function packetBytes(name: string): Buffer {
  const packet = packets[name];
  if (packet === undefined) throw new Error(`no packet ${name} in packets.json`);
  return Buffer.from(packet.hex, 'hex');
}

/** The bytes of a password of cipher.json. */
export function passwordBytes(name: string): Buffer {
  return Buffer.from(cipher.passwords[name].hex, 'hex');
}

/** The filler that the packets of packets.json were made with. */
export function filler(size: NscaPacketSize, seed = 0): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => 0x30 + ((i * 31 + 17 + seed) % 72)));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const web01 = { timestamp: 1_700_000_000, returnCode: 2, host: 'web01.example.com' };
const full = {
  timestamp: 1_700_000_000,
  returnCode: 3,
  host: 'H'.repeat(63),
  service: 'S'.repeat(127),
};

/** What the packets of packets.json say, with the seed of their filler. */
export const packetCases: readonly {
  readonly name: string;
  readonly size: NscaPacketSize;
  readonly seed: number;
  readonly packet: NscaPacket;
}[] = [
  {
    name: 'svc720',
    size: 720,
    seed: 0,
    packet: { ...web01, service: 'Log: auth', output: 'CRITICAL - 3 failed logins|fails=3;1;2' },
  },
  {
    name: 'svc4304',
    size: 4304,
    seed: 0,
    packet: {
      ...web01,
      service: 'Log: auth',
      output: 'CRITICAL - 3 failed logins|fails=3;1;2\nsecond line\nthird \\ line; with semicolon',
    },
  },
  {
    name: 'host4304',
    size: 4304,
    seed: 5,
    packet: { ...web01, returnCode: 1, host: 'db02', service: '', output: 'DOWN - no ping' },
  },
  {
    name: 'neg4304',
    size: 4304,
    seed: 9,
    packet: { ...web01, returnCode: -1, host: 'h', service: 's', output: 'negative return code' },
  },
  { name: 'full720', size: 720, seed: 0, packet: { ...full, output: 'O'.repeat(511) } },
  { name: 'full4304', size: 4304, seed: 0, packet: { ...full, output: 'O'.repeat(4095) } },
];
