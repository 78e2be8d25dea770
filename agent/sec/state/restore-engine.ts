import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Engine } from '../engine/engine.ts';
import type { DelayedEvent, ReadyEvent, SyntheticEvent } from '../engine/event-queue.ts';
import { EngineState } from './engine-state.ts';
import { NumberedNames } from './numbered-names.ts';
import { RecordReader, UnreadableRecord } from './record-reader.ts';
import { type KnownRule, RuleBook, readKnownRule } from './rule-book.ts';
import { readContext } from './saved-context.ts';
import type { StateSink, StateSource, StateTable } from './state-store.ts';

/** What came of a saved state. */
export interface RestoreSummary {
  /** How many of each are there again. */
  readonly operations: number;
  readonly contexts: number;
  readonly variables: number;
  readonly events: number;
  /** Operations of rules that are gone or have changed. */
  readonly dropped: number;
  /** Records that could not be read. */
  readonly damaged: number;
  /** Unix time of the engine when it was saved last; undefined when it never was. */
  readonly savedAt: number | undefined;
}

/**
 * Gives a new engine the state that was saved of an earlier one. Windows keep their original
 * times; what is over by now ends at `Engine.catchUp`.
 * @param tellLost see EngineStateParts
 * @returns what saves the engine from now on
 */
export function restoreEngine(
  engine: Engine,
  source: StateSource,
  tellLost: (what: ByteString) => void,
): { readonly state: EngineState; readonly summary: RestoreSummary } {
  const restorer = new Restorer(engine, source, tellLost);
  return { state: restorer.restore(), summary: restorer.summary };
}

class Restorer {
  readonly #engine: Engine;
  readonly #source: StateSource;
  readonly #tellLost: (what: ByteString) => void;
  readonly #counts = {
    operations: 0,
    contexts: 0,
    variables: 0,
    events: 0,
    dropped: 0,
    damaged: 0,
  };
  #savedAt: number | undefined;
  readonly #cleanUp: ((sink: StateSink) => void)[] = [];
  readonly #variableNumbers = new NumberedNames();
  readonly #windowNumbers = new NumberedNames();

  constructor(engine: Engine, source: StateSource, tellLost: (what: ByteString) => void) {
    this.#engine = engine;
    this.#source = source;
    this.#tellLost = tellLost;
  }

  get summary(): RestoreSummary {
    return { ...this.#counts, savedAt: this.#savedAt };
  }

  restore(): EngineState {
    const engine = this.#engine;
    // Before anything is there: what comes now is saved already.
    engine.track();
    this.#read('clock', (record) => {
      this.#savedAt = record.time();
    });
    const book = this.#readBook();
    this.#readOperations(book);
    this.#readContexts(book);
    this.#readVariables();
    this.#readEvents();
    this.#readWindows();
    return new EngineState({
      engine,
      book,
      variableNumbers: this.#variableNumbers,
      windowNumbers: this.#windowNumbers,
      cleanUp: this.#cleanUp,
      tellLost: this.#tellLost,
    });
  }

  #readBook(): RuleBook {
    const known: KnownRule[] = [];
    for (const { number, record } of this.#source.rows('rules')) {
      this.#try(
        () => known.push(readKnownRule(number, record)),
        (sink) => sink.remove('rules', number),
      );
    }
    return new RuleBook(this.#engine.files, known, true);
  }

  #readOperations(book: RuleBook): void {
    const { operations } = this.#engine;
    this.#read('operations', (record, number) => {
      const booked = book.find(record.number());
      const operation = booked?.rule.restore?.(record, this.#engine);
      if (operation === undefined) {
        operations.changes.removeSaved(number);
        this.#counts.dropped++;
        return 'dropped';
      }
      operations.addSaved(operation, number);
      this.#counts.operations++;
      return 'restored';
    });
  }

  #readContexts(book: RuleBook): void {
    const { contexts } = this.#engine;
    const byNumber = new Map<number, ReturnType<typeof readContext>>();
    this.#read('contexts', (record, number) => {
      byNumber.set(number, readContext(record, book, this.#engine, this.#tellLost));
    });
    for (const { context: owner, number, record } of this.#source.events()) {
      const events = byNumber.get(owner)?.events;
      if (events === undefined) this.#cleanUp.push((sink) => sink.removeEvent(owner, number));
      this.#try(
        () => {
          const reader = new RecordReader(record);
          events?.addSaved({ time: reader.time(), text: reader.text(), number });
          reader.end();
        },
        (sink) => sink.removeEvent(owner, number),
      );
    }
    for (const [number, context] of byNumber) contexts.addSaved(context, number);
    this.#counts.contexts = byNumber.size;
  }

  #readVariables(): void {
    const { variables } = this.#engine;
    this.#read('variables', (record, number) => {
      const name = record.text();
      variables.addSaved(name, record.optionalText());
      this.#variableNumbers.add(name, number);
      this.#counts.variables++;
    });
  }

  #readEvents(): void {
    const { events } = this.#engine;
    const ready: ReadyEvent[] = [];
    this.#read('ready_events', (record, number) => {
      ready.push({ number, event: readSynthetic(record) });
    });
    events.addSavedReady(ready);
    const delayed: DelayedEvent[] = [];
    this.#read('delayed_events', (record, number) => {
      delayed.push({ number, at: record.time(), event: readSynthetic(record) });
    });
    for (const event of delayed) events.addSavedDelayed(event);
    this.#counts.events = ready.length + delayed.length;
  }

  #readWindows(): void {
    const { windows } = this.#engine;
    this.#read('windows', (record, number) => {
      const name = record.text();
      this.#windowNumbers.add(name, number);
      const count = record.count();
      const lines = Array.from({ length: count }, () => record.text());
      const sources = Array.from({ length: count }, () => record.text());
      windows.findNamed(name)?.restore(lines, sources);
    });
  }

  /** Reads all records of a table; one that cannot be read is counted and passed over. */
  #read(table: StateTable, read: (record: RecordReader, number: number) => unknown): void {
    for (const { number, record } of this.#source.rows(table)) {
      this.#try(
        () => {
          const reader = new RecordReader(record);
          if (read(reader, number) !== 'dropped') reader.end();
        },
        (sink) => sink.remove(table, number),
      );
    }
  }

  /** Does something that may meet an unreadable record, which is removed at the next saving then. */
  #try(work: () => void, remove: (sink: StateSink) => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      this.#counts.damaged++;
      this.#cleanUp.push(remove);
    }
  }
}

function readSynthetic(record: RecordReader): SyntheticEvent {
  return { text: record.text(), internalContext: record.text() };
}
