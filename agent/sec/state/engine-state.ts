import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Context } from '../contexts/context.ts';
import type { StoredEvent } from '../contexts/event-store.ts';
import type { Engine } from '../engine/engine.ts';
import type { SyntheticEvent } from '../engine/event-queue.ts';
import { NumberedNames } from './numbered-names.ts';
import { RecordWriter } from './record-writer.ts';
import type { RuleBook } from './rule-book.ts';
import { saveContext } from './saved-context.ts';
import type { StateSink } from './state-store.ts';

export interface EngineStateParts {
  readonly engine: Engine;
  readonly book: RuleBook;
  /** Numbers under which variables and windows are saved. */
  readonly variableNumbers?: NumberedNames;
  readonly windowNumbers?: NumberedNames;
  /** Removes what was found saved and cannot be used. */
  readonly cleanUp?: readonly ((sink: StateSink) => void)[];
  /** Called once for everything that cannot be kept over a restart. */
  readonly tellLost: (what: ByteString) => void;
}

/**
 * Saves the state of an engine: what has changed since the last time, and nothing else.
 * restore-engine.ts reads it.
 */
export class EngineState {
  #engine: Engine;
  #book: RuleBook;
  readonly #record = new RecordWriter();
  readonly #variableNumbers: NumberedNames;
  readonly #windowNumbers: NumberedNames;
  readonly #tellLost: (what: ByteString) => void;
  readonly #lost = new Set<string>();
  #cleanUp: readonly ((sink: StateSink) => void)[];

  constructor(parts: EngineStateParts) {
    const { engine, book, tellLost } = parts;
    this.#engine = engine;
    this.#book = book;
    this.#tellLost = tellLost;
    this.#variableNumbers = parts.variableNumbers ?? new NumberedNames();
    this.#windowNumbers = parts.windowNumbers ?? new NumberedNames();
    this.#cleanUp = parts.cleanUp ?? [];
    engine.track();
  }

  /** Goes on with an engine that has taken over from the one before. */
  useEngine(engine: Engine): void {
    this.#engine = engine;
    this.#book = this.#book.next(engine.files);
  }

  /** True when something is to be saved. */
  get hasChanges(): boolean {
    const { operations, contexts, variables, events } = this.#engine;
    return (
      operations.changes.any ||
      contexts.changes.any ||
      variables.changed.size > 0 ||
      events.hasChanges ||
      this.#book.hasChanges ||
      this.#cleanUp.length > 0 ||
      this.#hasChangedWindow()
    );
  }

  /** Writes what has changed; it counts as saved after `saved()`. */
  save(sink: StateSink): void {
    const record = this.#record;
    record.time(this.#engine.time);
    sink.put('clock', 1, record.finish());
    for (const remove of this.#cleanUp) remove(sink);
    this.#book.save(sink, record);
    this.#saveOperations(sink);
    this.#saveContexts(sink);
    this.#saveVariables(sink);
    this.#saveEvents(sink);
    this.#saveWindows(sink);
  }

  /** All that was written is durable. */
  saved(): void {
    const { operations, contexts, variables, events } = this.#engine;
    this.#cleanUp = [];
    this.#book.saved();
    operations.changes.allSaved();
    for (const context of contexts.changes.changed) context.usedEvents?.allSaved();
    contexts.changes.allSaved();
    variables.allSaved();
    events.allSaved();
    for (const [, window] of this.#engine.windows.named()) window.changed = false;
  }

  #saveOperations(sink: StateSink): void {
    const { changes } = this.#engine.operations;
    for (const number of changes.removed) sink.remove('operations', number);
    for (const operation of changes.changed) {
      this.#record.number(this.#book.numberOf(operation.file, operation.ruleId));
      operation.save(this.#record);
      sink.put('operations', operation.number, this.#record.finish());
    }
  }

  #saveContexts(sink: StateSink): void {
    const { changes } = this.#engine.contexts;
    for (const number of changes.removed) {
      sink.remove('contexts', number);
      sink.removeEvents(number);
    }
    for (const context of changes.changed) {
      saveContext(context, this.#book, this.#record);
      sink.put('contexts', context.number, this.#record.finish());
      this.#saveStore(context, sink);
    }
  }

  #saveStore({ number, usedEvents: events }: Context, sink: StateSink): void {
    if (events === undefined) return;
    const { cleared, removed, added } = events.changes;
    if (cleared) sink.removeEvents(number);
    for (const event of removed) sink.removeEvent(number, event);
    for (const event of added) sink.putEvent(number, event.number, this.#eventRecord(event));
  }

  #eventRecord({ text, time }: StoredEvent): Uint8Array {
    this.#record.time(time);
    this.#record.text(text);
    return this.#record.finish();
  }

  #saveVariables(sink: StateSink): void {
    const { variables } = this.#engine;
    for (const name of variables.changed) {
      const value = variables.get(name);
      const number = this.#variableNumbers.of(name);
      if (!variables.has(name)) sink.remove('variables', number);
      else if (typeof value === 'object') {
        sink.remove('variables', number);
        this.#tellOnce(name, `variable %${name}, which holds ${value.text} of perl`);
      } else {
        this.#record.text(name);
        this.#record.optionalText(value);
        sink.put('variables', number, this.#record.finish());
      }
    }
  }

  #saveEvents(sink: StateSink): void {
    const { addedReady, removedReady, addedDelayed, removedDelayed } = this.#engine.events.changes;
    for (const number of removedReady) sink.remove('ready_events', number);
    for (const { number, event } of addedReady) {
      sink.put('ready_events', number, this.#syntheticRecord(event));
    }
    for (const number of removedDelayed) sink.remove('delayed_events', number);
    for (const { number, event, at } of addedDelayed) {
      this.#record.time(at);
      sink.put('delayed_events', number, this.#syntheticRecord(event));
    }
  }

  #syntheticRecord({ text, internalContext }: SyntheticEvent): Uint8Array {
    this.#record.text(text);
    this.#record.text(internalContext);
    return this.#record.finish();
  }

  #saveWindows(sink: StateSink): void {
    const { windows } = this.#engine;
    // A window of one line holds nothing that the next line does not replace.
    if (windows.size === 1) return;
    for (const [name, window] of windows.named()) {
      if (!window.changed) continue;
      this.#record.text(name);
      window.save(this.#record);
      sink.put('windows', this.#windowNumbers.of(name), this.#record.finish());
    }
  }

  #hasChangedWindow(): boolean {
    const { windows } = this.#engine;
    if (windows.size === 1) return false;
    for (const [, { changed }] of windows.named()) if (changed) return true;
    return false;
  }

  #tellOnce(name: string, what: ByteString): void {
    if (this.#lost.has(name)) return;
    this.#lost.add(name);
    this.#tellLost(what);
  }
}
