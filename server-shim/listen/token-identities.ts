import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Identities, KnownIdentity } from '../admit/identity.ts';

interface KnownToken {
  readonly digest: Buffer;
  readonly identity: KnownIdentity;
}

/**
 * Finds who has a token. Only digests under a key of this process are compared, and those in
 * constant time, so that how long it takes says nothing about the tokens.
 */
export class TokenIdentities {
  readonly #key = randomBytes(32);
  readonly #tokens: ReadonlyMap<string, KnownToken>;

  constructor(identities: Identities) {
    this.#tokens = new Map(
      identities.all.map((identity) => {
        const digest = this.#digest(identity.secret.reveal());
        return [digest.toString('latin1'), { digest, identity }];
      }),
    );
  }

  /** Whose token this is; undefined when it is nobody's. */
  find(token: Uint8Array): KnownIdentity | undefined {
    const digest = this.#digest(token);
    const known = this.#tokens.get(digest.toString('latin1'));
    if (known === undefined || !timingSafeEqual(known.digest, digest)) return undefined;
    return known.identity;
  }

  #digest(token: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(token).digest();
  }
}
