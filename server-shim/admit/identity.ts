import type { Secret } from '../../platform/secret.ts';
import type { Rights } from './rights.ts';

/** Somebody who may report: `[identity.NAME]`. */
export interface Identity {
  readonly name: string;
  readonly rights: Rights;
  /** Results a second that it may send in the long run; more are held back. Undefined is any number. */
  readonly resultsPerSecond: number | undefined;
}

/** An identity with what proves it. */
export interface KnownIdentity extends Identity {
  readonly secret: Secret;
}

/** The name of the section for those that have none of their own. */
const fallbackName = '*';

/** All identities; `*` stands for everybody who is not named. */
export class Identities {
  readonly #byName: ReadonlyMap<string, KnownIdentity>;

  constructor(identities: readonly KnownIdentity[]) {
    this.#byName = new Map(identities.map((identity) => [identity.name, identity]));
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Those that have a section, `*` among them. */
  get all(): readonly KnownIdentity[] {
    return [...this.#byName.values()];
  }

  /** The identity of this name; with the rights and the secret of `*` when it has none of its own. */
  find(name: string): KnownIdentity | undefined {
    const own = this.#byName.get(name);
    if (own !== undefined || name === '') return own;
    const fallback = this.#byName.get(fallbackName);
    return fallback === undefined ? undefined : { ...fallback, name };
  }
}
