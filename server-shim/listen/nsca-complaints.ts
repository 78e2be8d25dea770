import type { Clock } from '../../platform/clock.ts';
import type { Log, LogFields } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { KeyRecogniser } from '../../protocol/nsca/key-recogniser.ts';
import { type NscaMethod, nscaMethods } from '../../protocol/nsca/nsca-method.ts';
import type { PacketEvent } from '../../protocol/nsca/packet-reader.ts';
import type { StalePacket } from '../admit/packet-freshness.ts';
import { LogLimit } from './log-limit.ts';
import { OncePer } from './once-per.ts';

/** Why a packet was refused. */
export type PacketRefusal = Extract<PacketEvent, { kind: 'refused' }> | StalePacket;

/** A refused packet's connection. */
export interface RefusedFrom {
  readonly peer: string;
  readonly address: string;
  /** Good packets before it on the same connection. */
  readonly packetsBefore: number;
  /** What else than NSCA the connection began like. */
  readonly looksLike: string | undefined;
  /** When the connection's first packet could not be read: what there is to find out its key. */
  readonly first: { readonly iv: Uint8Array; readonly ciphertext: Uint8Array } | undefined;
}

/** Messages that strangers can cause, for all connections together. */
const linesPerMinute = 100;
const minuteMs = 60_000;

/**
 * Says in the log what clients do wrong and what their owner should look at. Never
 * shows anything of a packet that could not be read: it may be junk.
 *
 * What strangers can cause is bounded: a hundred lines a minute, and one search for a
 * client's key per address and minute.
 */
export class NscaComplaints {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #methods: readonly NscaMethod[];
  readonly #recogniser: KeyRecogniser;
  readonly #lines: LogLimit;
  readonly #searches = new OncePer(minuteMs);

  constructor(
    {
      methods,
      recogniser,
    }: {
      /** The methods of the listener. */
      readonly methods: readonly NscaMethod[];
      readonly recogniser: KeyRecogniser;
    },
    { log, clock }: { readonly log: Log; readonly clock: Clock },
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#methods = methods;
    this.#recogniser = recogniser;
    this.#lines = new LogLimit(clock, { lines: linesPerMinute, intervalMs: minuteMs });
  }

  /** A packet was refused. */
  refused(refusal: PacketRefusal, from: RefusedFrom): void {
    const { peer, packetsBefore, looksLike } = from;
    if (packetsBefore === 0 && looksLike !== undefined) {
      this.#otherProtocol(peer, looksLike);
      return;
    }
    const foreign = this.#foreignMethods(from);
    const cause =
      foreign === undefined || foreign.length === 0
        ? likelyCause(refusal, packetsBefore, foreign !== undefined)
        : `this looks like method ${methodList(foreign)}, the listener has ${methodList(this.#methods)}`;
    this.#tell('NSCA_PACKET_REFUSED', `refused a packet from ${peer}: ${cause}`, {
      peer,
      reason: refusal.reason,
      packets_before: packetsBefore,
      ...(foreign?.[0] === undefined ? {} : { looks_like_method: foreign[0] }),
    });
  }

  /** More packets of a connection were refused, for reasons that were told. */
  refusedMore(peer: string, packets: number): void {
    const message = `refused ${packets} more packets of the same connection from ${peer}`;
    this.#tell('NSCA_PACKET_REFUSED', message, { peer, packets });
  }

  /** A result was refused because the client's address is none of its host's. */
  spoofed(peer: string, host: ByteString): void {
    const name = JSON.stringify(textOf(host).slice(0, 80));
    const message = `refused a result from ${peer}: its address is none of those that ${name} has (strict_mode_spoofing)`;
    this.#tell('RESULT_REFUSED', message, { peer, reason: 'SPOOFED' });
  }

  /** A client sent no whole packet in time. */
  idle(peer: string, timeoutMs: number, packetsBefore: number): void {
    this.#tell('NSCA_CLIENT_IDLE', `${peer} sent no whole packet for ${timeoutMs} ms`, {
      peer,
      packets_before: packetsBefore,
    });
  }

  /** A connection ended by an error. */
  broken(
    peer: string,
    reason: string,
    { packetsBefore, looksLike }: Pick<RefusedFrom, 'packetsBefore' | 'looksLike'>,
  ): void {
    if (looksLike !== undefined) {
      this.#otherProtocol(peer, looksLike);
      return;
    }
    this.#lines.tell(() => {
      this.#log.info('NSCA_CONNECTION_BROKEN', `the connection from ${peer} broke: ${reason}`, {
        peer,
        packets_before: packetsBefore,
      });
    });
  }

  /** A client may not connect from its address. */
  notAllowed(peer: string): void {
    const message = `turned away ${peer}: no 'allow' and no [client.NAME] holds its address`;
    this.#tell('CLIENT_NOT_ALLOWED', message, { peer });
  }

  /** A client has as many connections as one address may have. */
  tooMany(peer: string, limit: number): void {
    const message = `turned away ${peer}: ${limit} NSCA connections from its address are open already`;
    this.#tell('CONNECTIONS_FULL', message, { peer, limit });
  }

  #otherProtocol(peer: string, protocol: string): void {
    const isTls = protocol === 'TLS';
    const hint = isTls ? ': is it a client of NSCA-ng or NRDP? They have ports of their own' : '';
    const message = `refused a connection from ${peer}: it speaks ${protocol}, not NSCA${hint}`;
    this.#tell('NSCA_OTHER_PROTOCOL', message, { peer, protocol });
  }

  /** The methods that would have read a first packet; undefined when it was not looked for. */
  #foreignMethods({ address, first }: RefusedFrom): readonly NscaMethod[] | undefined {
    if (first === undefined) return undefined;
    if (!this.#searches.allows(address, this.#clock.monotonicMs())) return undefined;
    return this.#recogniser.recognise(first.iv, first.ciphertext);
  }

  #tell(code: string, message: string, fields: LogFields): void {
    this.#lines.tell((kept) => {
      const before = kept > 0 ? ` (and ${kept} such messages before it were left out)` : '';
      this.#log.warn(code, message + before, fields);
    });
  }
}

/** What a person should look for first. */
function likelyCause(refusal: PacketRefusal, packetsBefore: number, isSearched: boolean): string {
  switch (refusal.reason) {
    case 'length':
      return packetsBefore === 0
        ? `only ${refusal.bytes} bytes came, which is no whole packet; is it an NSCA client?`
        : `the connection ended amid a packet, after ${refusal.bytes} of its bytes`;
    case 'age':
      return ageOf(refusal.seconds);
    case 'replay':
      return 'the same packet came before: somebody has recorded it and sends it again';
    case 'version':
    case 'crc': {
      const wrong = refusal.reason === 'version' ? 'wrong packet version' : 'wrong CRC';
      if (packetsBefore > 0) {
        return `${wrong}; damaged in transit? Packets before it on this connection were good`;
      }
      const found = isSearched ? ' No method reads it with our password: it has another' : '';
      return `${wrong}; wrong password or encryption method?${found}`;
    }
  }
}

function ageOf(seconds: number): string {
  const side = seconds > 0 ? 'behind' : 'ahead of';
  return (
    `its time is ${Math.abs(seconds)} seconds ${side} ours, more than max_packet_age allows; ` +
    'it was sent long after its connection began, or by a client that does not copy our time'
  );
}

/** `3 (tripledes)`, `14 (rijndael-128) or 3 (tripledes)`. */
function methodList(methods: readonly NscaMethod[]): string {
  return methods.map((method) => `${method} (${nscaMethods[method].names[0]})`).join(' or ');
}
