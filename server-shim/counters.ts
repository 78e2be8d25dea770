/** All that the receiver counts; each name says what one more of it means. */
const counterNames = [
  /** A connection was taken. */
  'connections_accepted',
  /** A connection was turned away because as many as allowed are open. */
  'connections_over_limit',
  /** A connection was turned away because of its address. */
  'connections_not_allowed',
  /** A client completed no packet within the idle time, and was reset. */
  'connections_idle',
  /** A connection broke in some other way than by its orderly end. */
  'connections_broken',
  /** A packet was decrypted and read. */
  'packets_read',
  /** Of those: one by a method that hides nothing, `none` or `xor`. */
  'packets_open',
  /** A packet was refused: wrong version, which is how a wrong password shows. */
  'packets_refused_version',
  /** A packet was refused: wrong CRC. */
  'packets_refused_crc',
  /** A connection ended amid a packet. */
  'packets_refused_length',
  /** A packet was refused: its time differs too much from ours. */
  'packets_refused_age',
  /** A packet was refused: it came before. */
  'packets_refused_replay',
  /** Packets were forgotten before max_packet_age because there are too many; such replays pass. */
  'packets_forgotten',
  /** A TLS handshake failed: unknown identity, wrong password, no TLS at all, and so on. */
  'handshakes_failed',
  /** A frame of nagtail/1 was refused, which ends its connection. */
  'frames_refused',
  /** A request of NSCA-ng or NRDP was refused: not understood, wrong token, too large. */
  'requests_refused',
  /** An identity sent more than its max_rate and had to wait. */
  'rate_limited',
  /** An external command that is no check result was given to Nagios. */
  'commands_given',
  /** An external command was refused: not allowed, not understood, or Nagios could not take it. */
  'commands_refused',
  /** A result was taken into the journal. */
  'results_accepted',
  /** A readable result was refused for what it says, see admitResult. */
  'results_refused',
  /** A result was refused because its identity may not report it. */
  'results_not_allowed',
  /** A result was dropped because its id says that the journal has or had it. */
  'results_repeated',
  /** A client had to wait because the journal was full or its disk failed. */
  'journal_waits',
  /** A client waited for the journal too long and was turned away. */
  'journal_refusals',
  /** A group of results was made safe on disk with one sync. */
  'journal_syncs',
  /** A stream of result ids was forgotten because too many are known. */
  'streams_forgotten',
  /** A result was handed to Nagios, or to the next receiver. */
  'results_written',
  /** A result was refused for good by the receiver that it was forwarded to. */
  'results_not_taken',
  /** An output was cut because its line would not go into the command file in one piece. */
  'results_cut',
  /** A result is about a host or a service that Nagios does not know, as objects.cache says. */
  'results_unknown',
  /** A sink found no room: the command file's pipe was full, or a file waits in the spool. */
  'sink_busy',
  /** The command file could not be opened or written for another reason. */
  'sink_failures',
] as const;

export type CounterName = (typeof counterNames)[number];

/** Counts what happens, for metrics: numbers that only grow, from the program's start. */
export class Counters {
  readonly #counts = new Map<CounterName, number>(counterNames.map((name) => [name, 0]));

  /** Counts `amount` more. */
  add(name: CounterName, amount = 1): void {
    this.#counts.set(name, this.get(name) + amount);
  }

  /** How many there were so far. */
  get(name: CounterName): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counts as they are now, also those that are zero. */
  snapshot(): Readonly<Record<CounterName, number>> {
    // Every name was put in by the constructor.
    return Object.fromEntries(this.#counts) as Record<CounterName, number>;
  }
}
