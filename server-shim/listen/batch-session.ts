import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../platform/errors.ts';
import {
  type ClientFrame,
  decodeClientFrame,
  type Hello,
} from '../../protocol/batch/client-frames.ts';
import { type FrameFault, FrameReader } from '../../protocol/batch/frame-reader.ts';
import { type ReceivedRow, rowBytes } from '../../protocol/batch/result-row.ts';
import {
  type EndCause,
  encodeServerFrame,
  type RefusedRow,
  type ServerFrame,
} from '../../protocol/batch/server-frames.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import type { KnownIdentity } from '../admit/identity.ts';
import type { ResultJournal } from '../journal/result-journal.ts';
import type { Backlog } from './backlog.ts';
import { drained } from './drained.ts';
import type { ResultIntake } from './result-intake.ts';
import { TlsClient, type TlsClientParts } from './tls-client.ts';
import type { TlsSession } from './tls-session.ts';

/** What all batch sessions of a listener share. */
export interface BatchSessionContext extends TlsClientParts {
  readonly intake: ResultIntake;
  readonly journal: Pick<ResultJournal, 'lastSeq' | 'lastChecksum'>;
  /** What all of them have on its way into the journal. */
  readonly backlog: Backlog;
  /** The open session of each stream. */
  readonly streams: Map<string, BatchSession>;
  /** A client that sends no whole frame for so long is told so, and closed. */
  readonly idleTimeoutMs: number;
}

/** Results that an agent may send without an acknowledgement. */
const windowRows = 5_000;

/** Results that wait for the journal, in rows and bytes; reading stops at either. */
const waitingRowsMax = windowRows;
const waitingBytesMax = 512 * 1024;

/** While results wait for the journal the agent is told so in this interval. */
const holdIntervalMs = 3_000;

/**
 * One connection of an agent that speaks nagtail/1, see docs/PROTOCOLS.md. What was read is
 * put into the journal in order, one append after the other and each with all that came
 * meanwhile; an append that fails ends the session, so that no later result can overtake
 * the earlier ones.
 */
export class BatchSession implements TlsSession {
  readonly client: TlsClient;
  readonly #context: BatchSessionContext;
  readonly #reader = new FrameReader(decodeClientFrame);
  #stream: string | undefined;
  #waiting: ReceivedRow[] = [];
  #waitingBytes = 0;
  #taking: Promise<void> = Promise.resolve();
  #busy = false;
  /** From then on what comes is not read, so that no result overtakes one that was dropped. */
  #closing = false;
  /** The last words were said. */
  #ended = false;
  #lastFrameMs: number;
  #cancelIdle = () => {};
  #roomMade = () => {};
  #stopPausing = () => {};

  constructor(socket: TLSSocket, identity: KnownIdentity, context: BatchSessionContext) {
    this.client = new TlsClient(socket, identity, context);
    this.#context = context;
    this.#lastFrameMs = context.clock.monotonicMs();
  }

  get idleSinceMs(): number | undefined {
    return this.#busy ? undefined : this.#lastFrameMs;
  }

  start(): void {
    void this.#run();
  }

  async #run(): Promise<void> {
    // Errors come out of the loop below; later ones, after the last byte, tell nothing.
    this.client.socket.on('error', () => {});
    this.#armIdle();
    try {
      for await (const chunk of this.client.socket.iterator({ destroyOnReturn: false })) {
        for (const event of this.#reader.push(chunk)) await this.#handle(event);
        if (this.#closing) break;
      }
      for (const fault of this.#reader.end()) this.#refuse(fault);
      await this.#taking;
      this.client.socket.end();
    } catch (error) {
      this.#sayBroken(error);
    } finally {
      this.#cancelIdle();
      await this.#leaveStream();
    }
  }

  async end(cause: EndCause, reason: string): Promise<void> {
    this.#closing = true;
    this.#forget(this.#dropWaiting());
    this.#stopPausing();
    await this.#taking;
    this.#sayEnd(cause, reason);
  }

  retire(): void {
    void this.end('stopping', 'this address is not listened on any more');
  }

  reset(): void {
    this.#closing = true;
    this.#ended = true;
    this.#stopPausing();
    this.client.socket.destroy();
  }

  async #handle(event: ClientFrame | FrameFault): Promise<void> {
    if (this.#closing) return;
    this.#lastFrameMs = this.#context.clock.monotonicMs();
    this.#armIdle();
    if (event.kind === 'fault') this.#refuse(event);
    else if (event.kind === 'ping') this.#write({ kind: 'pong' });
    else if (event.kind === 'hello') await this.#welcome(event);
    else await this.#accept(event.rows);
    // A client that does not read gets no more to read: its own frames wait until it does.
    await drained(this.client.socket);
  }

  /** Takes the stream over from an earlier connection, and says how far it is known. */
  async #welcome({ stream, highestSeq }: Hello): Promise<void> {
    if (this.#stream !== undefined) {
      this.#refuse({ kind: 'fault', reason: 'malformed', message: 'a second hello' });
      return;
    }
    const { streams, journal, log, idleTimeoutMs } = this.#context;
    // An agent can move only the numbers of its own streams.
    const key = `${stream}@${this.client.identity.name}`;
    const earlier = streams.get(key);
    this.#stream = key;
    streams.set(key, this);
    if (earlier !== undefined) {
      const reason = `another connection from ${this.client.peer} has begun this stream`;
      this.#taking = earlier.end('replaced', reason);
      await this.#taking;
    }
    const lastSeq = journal.lastSeq(key);
    const lastChecksum = journal.lastChecksum(key);
    log.debug('BATCH_SESSION', `${this.client.identity.name} at ${this.client.peer} begins`, {
      identity: this.client.identity.name,
      peer: this.client.peer,
      stream,
      last_seq: lastSeq,
      highest_seq: highestSeq,
    });
    const idleSeconds = Math.ceil(idleTimeoutMs / 1000);
    this.#write({ kind: 'welcome', lastSeq, lastChecksum, window: windowRows, idleSeconds });
  }

  /** Queues results for the journal; waits while too many wait. */
  async #accept(rows: readonly ReceivedRow[]): Promise<void> {
    if (this.#stream === undefined) {
      this.#refuse({ kind: 'fault', reason: 'malformed', message: 'results before hello' });
      return;
    }
    for (const row of rows) this.#waiting.push(row);
    const bytes = bytesOfRows(rows);
    this.#waitingBytes += bytes;
    this.#context.backlog.add(rows.length, bytes);
    if (!this.#busy) this.#taking = this.#takeWaiting(this.#stream);
    while (this.#holdsEnough()) await this.#room();
  }

  /** When much is on its way elsewhere, too, each session holds no more than it has read last. */
  #holdsEnough(): boolean {
    if (this.#waiting.length === 0) return false;
    const isFull = this.#waiting.length >= waitingRowsMax || this.#waitingBytes >= waitingBytesMax;
    return isFull || this.#context.backlog.isFull;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  }

  #dropWaiting(): readonly ReceivedRow[] {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#roomMade();
    return rows;
  }

  #forget(rows: readonly ReceivedRow[]): void {
    this.#context.backlog.remove(rows.length, bytesOfRows(rows));
  }

  /** Puts what waits into the journal, and what came meanwhile, until nothing waits. */
  async #takeWaiting(stream: string): Promise<void> {
    this.#busy = true;
    let cancelHold = () => {};
    const hold = () => {
      this.#write({ kind: 'hold' });
      cancelHold = this.#context.clock.setTimer(holdIntervalMs, hold);
    };
    cancelHold = this.#context.clock.setTimer(holdIntervalMs, hold);
    try {
      while (this.#waiting.length > 0 && !this.#ended) {
        const rows = this.#dropWaiting();
        await this.#take(rows, stream).finally(() => this.#forget(rows));
      }
    } catch (error) {
      this.#sayEnd('unavailable', messageOf(error));
    } finally {
      cancelHold();
      this.#busy = false;
      // Nobody will take what still waits, and the reader that waits for room has to see the end.
      if (this.#ended) this.#forget(this.#dropWaiting());
      this.#armIdle();
    }
  }

  async #take(rows: readonly ReceivedRow[], stream: string): Promise<void> {
    const { intake } = this.#context;
    const reported = rows.map(({ seq, result, checksum }) => {
      return { ...result, id: { stream, seq, checksum } };
    });
    const verdicts = await intake.take(reported, this.client.peer, this.client.identity);
    const refused: RefusedRow[] = [];
    for (const [index, { seq }] of rows.entries()) {
      const verdict = verdicts[index];
      if (verdict?.kind !== 'refused') continue;
      refused.push({ seq, reason: byteStringOf(verdict.message) });
    }
    const through = rows.at(-1)?.seq ?? 0;
    this.#write({ kind: 'acknowledgement', through, refused });
    const waitMs = this.client.took(rows.length);
    if (waitMs > 0) await this.#pause(waitMs);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#context.clock.setTimer(ms, resolve);
      this.#stopPausing = () => {
        cancel();
        resolve();
      };
    });
  }

  #write(frame: ServerFrame): void {
    if (!this.#ended && this.client.socket.writable)
      this.client.socket.write(encodeServerFrame(frame));
  }

  #armIdle(): void {
    this.#cancelIdle();
    if (this.#ended || this.client.socket.destroyed) return;
    const { clock, idleTimeoutMs, counters } = this.#context;
    this.#cancelIdle = clock.setTimer(idleTimeoutMs, () => {
      if (this.#busy) return;
      counters.add('connections_idle');
      this.#sayEnd('idle', `nothing came for ${idleTimeoutMs / 1000} s`);
    });
  }

  #refuse({ reason, message }: FrameFault): void {
    const { counters, log } = this.#context;
    const { who, fields } = this.client;
    counters.add('frames_refused');
    log.warn('BATCH_FRAME_REFUSED', `refused a frame from ${who}: ${message}`, {
      ...fields,
      reason,
    });
    this.#sayEnd('protocol', message);
  }

  #sayEnd(cause: EndCause, reason: string): void {
    if (this.#ended) return;
    this.#write({ kind: 'end', cause, reason: byteStringOf(reason) });
    this.#closing = true;
    this.#ended = true;
    this.#cancelIdle();
    this.client.end();
  }

  #sayBroken(error: unknown): void {
    if (this.#ended) return;
    this.#closing = true;
    this.#ended = true;
    this.#stopPausing();
    const message = this.client.broke(error);
    this.#context.log.info('BATCH_CONNECTION_BROKEN', message, this.client.fields);
  }

  async #leaveStream(): Promise<void> {
    const { streams } = this.#context;
    await this.#taking;
    this.#forget(this.#dropWaiting());
    if (this.#stream !== undefined && streams.get(this.#stream) === this) {
      streams.delete(this.#stream);
    }
  }
}

function bytesOfRows(rows: readonly ReceivedRow[]): number {
  return rows.reduce((sum, row) => sum + rowBytes(row), 0);
}
