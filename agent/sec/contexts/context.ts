import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Expiring } from '../engine/expiry-queue.ts';
import { ownText } from '../engine/own-text.ts';
import type { Tracked } from '../state/changes.ts';
import { EventStore } from './event-store.ts';

/** A SEC context: known under one or more names, for a time or for ever, with an event store. */
export class Context implements Expiring, Tracked {
  number = 0;
  scheduledAt: number | undefined;
  changed = false;
  saved = false;
  /** Its first name, and all of them when there are more: there may be very many contexts, most with one name. */
  #name: ByteString | undefined;
  #names: readonly ByteString[] | undefined;
  /** Unix time in seconds from which the lifetime counts. */
  createdAt: number;
  /** Seconds; 0 is for ever, less than 0 no time at all. */
  lifetime: number;
  #events: EventStore | undefined;
  /** What runs when it expires. */
  actions: readonly Action[];
  /** `%s` of the expiry actions; empty where there are none. */
  description: ByteString;
  /** The rule whose actions made it: what `reset` and its like in the expiry actions refer to. */
  origin: ActionOrigin;
  /** Exists because a line is handled, not because a rule made it; rules cannot change it. */
  readonly internal: boolean;
  /** Its expiry actions are running: it cannot be deleted now. */
  expiring = false;

  constructor(fields: {
    readonly createdAt: number;
    readonly lifetime: number;
    readonly actions: readonly Action[];
    readonly description: ByteString;
    readonly origin: ActionOrigin;
    readonly internal?: boolean;
  }) {
    this.createdAt = fields.createdAt;
    this.lifetime = fields.lifetime;
    this.actions = fields.actions;
    this.description = ownText(fields.description);
    this.origin = fields.origin;
    this.internal = fields.internal ?? false;
  }

  get names(): readonly ByteString[] {
    return this.#names ?? (this.#name === undefined ? [] : [this.#name]);
  }

  addName(name: ByteString): void {
    const { names } = this;
    if (!names.includes(name)) this.#take([...names, name]);
  }

  removeName(name: ByteString): void {
    this.#take(this.names.filter((each) => each !== name));
  }

  #take(names: readonly ByteString[]): void {
    this.#name = names[0];
    this.#names = names.length > 1 ? names : undefined;
  }

  /** Its event store; made when it is first asked for: most contexts never need one. */
  get events(): EventStore {
    this.#events ??= new EventStore();
    return this.#events;
  }

  /** Its event store, if it has ever needed one. */
  get usedEvents(): EventStore | undefined {
    return this.#events;
  }

  /** It lives through the last second of its lifetime. */
  get dueAt(): number | undefined {
    return this.lifetime === 0 ? undefined : this.createdAt + this.lifetime + 1;
  }
}

/** Which rule an action list belongs to. */
export interface ActionOrigin {
  readonly file: string;
  readonly ruleId: number;
}
