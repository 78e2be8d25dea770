import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { nscaPacketBytes } from '../../protocol/nsca/nsca-packet.ts';
import type { PacketEvent, PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { DecryptPool } from './decrypt-pool.ts';

/**
 * What a packet of 4304 bytes costs with each method, in microseconds, roughly
 * (bench/README.md has the figures); those that are missing cost next to nothing.
 */
const packetMicroseconds: Readonly<Partial<Record<NscaMethod, number>>> = {
  2: 50,
  3: 100,
  4: 330,
  5: 1000,
  6: 340,
  8: 230,
  9: 350,
  10: 1500,
  11: 2700,
  14: 13,
  15: 800,
  16: 1700,
  20: 1400,
  23: 470,
  26: 2900,
};

/** Below this the way to another thread and back is not worth it. */
const worthMicroseconds = 150;

/**
 * Decrypts what comes on connections: little at once, and much in other threads, so
 * that one client's packets hold up neither another's nor the program.
 */
export class PacketDecrypting {
  readonly #pool: DecryptPool;
  readonly #microseconds: number;

  /** @param methods those that clients may have */
  constructor(pool: DecryptPool, methods: readonly NscaMethod[]) {
    this.#pool = pool;
    this.#microseconds = Math.max(...methods.map((method) => packetMicroseconds[method] ?? 0));
  }

  /** Gives a reader the next bytes of its connection, and what they complete. */
  push(
    reader: PacketReader,
    chunk: Uint8Array,
  ): readonly PacketEvent[] | Promise<readonly PacketEvent[]> {
    const packets = Math.floor((reader.pendingBytes + chunk.length) / nscaPacketBytes);
    const isWorth = packets * this.#microseconds >= worthMicroseconds;
    return isWorth ? this.#pool.push(reader, chunk) : reader.push(chunk);
  }
}
