import { NagtailError } from '../../platform/errors.ts';

/** What a saved record may hold. */
export type SavedValue =
  | string
  | number
  | bigint
  | undefined
  | readonly SavedValue[]
  | { readonly [name: string]: SavedValue };

/** Version of the JSON of all sources. */
const version = 1;

/** A record as versioned JSON; whole numbers beyond 2^53 are written as text. */
export function encodeFields(fields: { readonly [name: string]: SavedValue }): string {
  return JSON.stringify({ version, ...fields }, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/**
 * Reads what `encodeFields` wrote under this name.
 * @throws NagtailError STORE_FAILED when it is damaged or of a newer version
 */
export function decodeFields<T>(name: string, text: string, read: (fields: Fields) => T): T {
  try {
    const fields = new Fields(JSON.parse(text));
    const found = fields.number('version');
    if (found > version) throw new RangeError(`it has format ${found}, known is ${version}`);
    return read(fields);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the saved state '${name}' of an input cannot be used: ${reason}`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
}

/** The fields of a saved record, each with the type that the reader expects. */
export class Fields {
  readonly #record: object;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new TypeError('expected a record');
    this.#record = value;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#record, name);
  }

  text(name: string): string {
    const value = this.#get(name);
    if (typeof value !== 'string') throw new TypeError(`${name}: expected a text`);
    return value;
  }

  number(name: string): number {
    const value = this.#get(name);
    if (typeof value !== 'number') throw new TypeError(`${name}: expected a number`);
    return value;
  }

  whole(name: string): bigint {
    return BigInt(this.text(name));
  }

  record(name: string): Fields {
    return new Fields(this.#get(name));
  }

  list(name: string): readonly Fields[] {
    const value = this.#get(name);
    if (!Array.isArray(value)) throw new TypeError(`${name}: expected a list`);
    return value.map((item) => new Fields(item));
  }

  #get(name: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#record, name)?.value;
  }
}
