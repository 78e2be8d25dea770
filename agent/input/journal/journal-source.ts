import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { LineBuffer } from '../line-buffer.ts';
import {
  defaultLineBytesMax,
  type LineSource,
  newCounters,
  pollBudgetBytes,
  type SourceCounters,
} from '../line-source.ts';
import type { SavedSource, SavingSource, UnsavedChanges } from '../saved-source.ts';
import { SourceState } from '../source-state.ts';
import { type JournalEntry, readJournalEntry } from './journal-entry.ts';
import { cursorName, encodeJournalPosition, type JournalPosition } from './journal-position.ts';
import { type JournalQuery, journalctlArguments } from './journal-query.ts';
import { Journalctl, restartPauseMs } from './journalctl.ts';

/** Bytes of an entry as journalctl writes it, in JSON; a longer one is left out and counted. */
const journalEntryBytesMax = 16 * 1024 * 1024;

/** A journalctl that has run for so long, in milliseconds, works, although it had nothing to give. */
const worksAfterMs = 10_000;

export interface JournalOptions {
  readonly name: string;
  readonly query: JournalQuery;
  /** At a first start: whether all entries are read that there are, or only what comes. */
  readonly fromStart: boolean;
  /** Where to go on after a restart. */
  readonly saved: JournalPosition | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly unsaved: UnsavedChanges;
  /** Is called when there may be new lines. */
  readonly onData?: (() => void) | undefined;
  readonly lineBytesMax?: number | undefined;
  /** Another program than `journalctl`, for tests. */
  readonly program?: string;
}

/**
 * The lines of the systemd journal, as `journalctl --follow` tells them. Its position is the cursor of the
 * entry that was read last, and how many lines of it were taken.
 *
 * journalctl is asked for that entry again at each start: if it does not begin with it, the
 * entry has gone from the journal, which is told. While lines wait nothing more is read of
 * its output: the journal is the buffer.
 */
export class JournalSource implements LineSource, SavingSource {
  readonly name: string;
  readonly ended = false;
  /** A look costs nothing, and nobody else looks whether journalctl has to be started again. */
  readonly isRestless = true;
  readonly #options: JournalOptions;
  readonly #state: SourceState;
  readonly #counters = newCounters();
  readonly #query: string;
  #position: JournalPosition | undefined;
  /** The entry to be seen first, because it was read last before journalctl was started. */
  #expected: JournalPosition | undefined;
  #output = newOutput();
  /** Bytes that came since all were taken. */
  #waitingBytes = 0;
  #running: Journalctl | undefined;
  /** True while it is asked for the newest entry, which reading will begin behind. */
  #isAsking = false;
  #startedMs = 0;
  #startAtMs = -Infinity;
  #failures = 0;
  /** Lines of the entry that is being taken, and how many of them are. */
  #entry: JournalEntry | undefined;
  #taken = 0;
  #arrived = false;
  /** What journalctl said last, and what of it was told. */
  #saying = '';
  #toldSaying = '';
  #hasGarbled = false;

  constructor(options: JournalOptions) {
    this.name = options.name;
    this.#options = options;
    this.#query = JSON.stringify(options.query);
    this.#state = new SourceState(options.name, options.log);
    this.#position = options.saved;
    if (options.saved === undefined && options.fromStart) this.#moveTo(undefined, undefined);
  }

  get counters(): Readonly<SourceCounters> {
    return this.#counters;
  }

  get hasLines(): boolean {
    return this.#entry !== undefined || !this.#output.drained;
  }

  get trouble(): string | undefined {
    return this.#state.trouble;
  }

  next(): ByteString | undefined {
    for (;;) {
      const entry = this.#entry;
      const line = entry?.lines[this.#taken];
      if (entry !== undefined && line !== undefined) {
        this.#taken++;
        const isWhole = this.#taken === entry.lines.length;
        this.#moveTo(entry.cursor, isWhole ? undefined : this.#taken);
        if (isWhole) this.#entry = undefined;
        this.#counters.lines++;
        return this.#cut(line);
      }
      if (!this.#readEntry()) return undefined;
    }
  }

  poll(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const arrived = this.#arrived;
    this.#arrived = false;
    if (this.hasLines) return arrived;
    this.#waitingBytes = 0;
    if (this.#running === undefined) {
      if (nowMs >= this.#startAtMs) this.#start(nowMs);
    } else {
      if (nowMs - this.#startedMs >= worksAfterMs) this.#works();
      this.#tellSaying();
      this.#running.resume();
    }
    return arrived;
  }

  takeChanges(): readonly SavedSource[] {
    if (this.#position === undefined) return [];
    return [{ name: cursorName(this.name), state: encodeJournalPosition(this.#position) }];
  }

  close(): void {
    this.#running?.kill();
    this.#running = undefined;
    this.#entry = undefined;
    this.#output = newOutput();
    this.#startAtMs = Infinity;
  }

  #start(nowMs: number): void {
    const { query, program = 'journalctl' } = this.#options;
    const position = this.#position;
    // What is left there is an entry that was cut off when journalctl ended.
    this.#output = newOutput();
    this.#startedMs = nowMs;
    this.#expected = position?.cursor === undefined ? undefined : position;
    this.#isAsking = position === undefined;
    const from = position === undefined ? 'newest' : startOf(position);
    this.#running = new Journalctl(program, journalctlArguments(query, from), {
      onBytes: (bytes) => this.#take(bytes),
      onSaying: (text) => {
        this.#saying = text;
      },
      onEnd: (failure) => this.#end(failure),
    });
    if (position !== undefined && !this.#state.isTroubled) this.#state.opened(0, nameOf(from));
  }

  #take(bytes: Buffer): void {
    this.#counters.bytes += bytes.length;
    this.#output.push(bytes, 0, bytes.length);
    this.#arrived = true;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= pollBudgetBytes) this.#running?.pause();
    this.#options.onData?.();
  }

  /** Makes the next entry the one that is taken. False when there is no whole one. */
  #readEntry(): boolean {
    const cutBefore = this.#output.linesCut;
    const json = this.#output.next();
    if (json === undefined) return false;
    const entry = readJournalEntry(json);
    if (entry === undefined) this.#leaveOut(this.#output.linesCut > cutBefore);
    else if (this.#isAsking) this.#moveTo(entry.cursor, undefined);
    else this.#begin(entry);
    return true;
  }

  #begin(entry: JournalEntry): void {
    const expected = this.#expected;
    this.#expected = undefined;
    const isExpected = expected?.cursor === entry.cursor;
    const taken = isExpected ? (expected.lines ?? entry.lines.length) : 0;
    // Asked otherwise than before the restart, its absence means nothing.
    if (!isExpected && expected?.query === this.#query) this.#state.lostEntry();
    if (!isExpected) this.#works();
    if (taken < entry.lines.length) {
      this.#entry = entry;
      this.#taken = taken;
    } else if (!isExpected) {
      // An entry without a message.
      this.#moveTo(entry.cursor, undefined);
    }
  }

  #leaveOut(isTooLong: boolean): void {
    this.#counters.linesCut++;
    if (this.#hasGarbled) return;
    this.#hasGarbled = true;
    this.#state.garbled(
      isTooLong ? `longer than ${journalEntryBytesMax} bytes` : 'no entry in JSON',
    );
  }

  #end(failure: string | undefined): void {
    this.#running = undefined;
    this.#options.onData?.();
    if (this.#isAsking && failure === undefined) {
      while (this.#readEntry());
      // No entry at all: then all that will come is new.
      if (this.#position === undefined && !this.#hasGarbled) this.#moveTo(undefined, undefined);
      if (this.#position !== undefined) return;
    }
    this.#state.unreadable(failure ?? 'journalctl has ended');
    this.#startAtMs = this.#options.clock.monotonicMs() + restartPauseMs(++this.#failures);
  }

  /** journalctl does what it should. */
  #works(): void {
    this.#failures = 0;
    this.#state.recovered();
  }

  /** Only while it runs: what it says before it fails is told with the failure. */
  #tellSaying(): void {
    if (this.#saying === this.#toldSaying) return;
    this.#toldSaying = this.#saying;
    this.#state.said(this.#saying);
  }

  #cut(line: ByteString): ByteString {
    const { lineBytesMax = defaultLineBytesMax } = this.#options;
    if (line.length <= lineBytesMax) return line;
    this.#counters.linesCut++;
    return line.slice(0, lineBytesMax);
  }

  #moveTo(cursor: string | undefined, lines: number | undefined): void {
    this.#position = { cursor, lines, query: this.#query };
    this.#options.unsaved.add(this);
  }
}

function newOutput(): LineBuffer {
  return new LineBuffer(0, journalEntryBytesMax);
}

function startOf({ cursor }: JournalPosition): 'oldest' | { readonly cursor: string } {
  return cursor === undefined ? 'oldest' : { cursor };
}

function nameOf(from: 'newest' | 'oldest' | { readonly cursor: string }): string {
  return typeof from === 'string' ? 'its oldest entry' : 'the entry that was read last';
}
