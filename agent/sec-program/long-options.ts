/** What may follow an option: nothing, nothing (and `no` may stand before it), a text, or a kind of number. */
export type LongOptionKind = 'flag' | 'switch' | 'text' | 'whole' | 'real' | 'extended';

export interface LongOption {
  /** The name by which its value is asked for. */
  readonly name: string;
  readonly kind: LongOptionKind;
  /** Further names that mean the same. */
  readonly aliases?: readonly string[];
}

/** A command line, taken apart. */
export interface LongOptionReading {
  /** Each text that was given for an option, in order. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** The last number that was given for an option. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Whether an option was last given as it is, or with `no` before it. */
  readonly switches: ReadonlyMap<string, boolean>;
  /** A message for each argument that was not understood. */
  readonly complaints: readonly string[];
}

/** A name under which an option can be given. */
interface Entry {
  readonly name: string;
  readonly option: LongOption;
  readonly value: boolean;
}

const numberForms: Readonly<
  Record<'whole' | 'real' | 'extended', { readonly form: RegExp; readonly words: string }>
> = {
  whole: { form: /^[-+]?_*\d[\d_]*$/, words: 'number' },
  real: {
    form: /^[-+]?(?=\.?\d)[\d_]*(?:\.[\d_]+)?(?:e[-+]?[\d_]+)?$/i,
    words: 'real number',
  },
  // Decimal, or in the way of C with a base: 0x1f, 0b11, 017.
  extended: {
    form: /^[-+]?(?:_*[1-9][\d_]*|_*0x_*[\da-f][\da-f_]*|_*0b_*[01][01_]*|_*0[0-7_]*)$/i,
    words: 'extended number',
  },
};

/**
 * Reads a command line as SEC reads it (it uses Perl's Getopt::Long; this is what
 * that was seen to do): one or two dashes, any case, names may be cut short while
 * they stay unique, `--name=value` or `--name value`, `--` ends the options and
 * everything behind it is ignored.
 */
export function readLongOptions(
  given: readonly string[],
  options: readonly LongOption[],
): LongOptionReading {
  const reader = new Reader(options);
  const rest = [...given];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') break;
    reader.take(argument, rest);
  }
  return reader;
}

class Reader implements LongOptionReading {
  readonly texts = new Map<string, string[]>();
  readonly numbers = new Map<string, number>();
  readonly switches = new Map<string, boolean>();
  readonly complaints: string[] = [];
  readonly #entries: readonly Entry[];

  constructor(options: readonly LongOption[]) {
    this.#entries = options.flatMap(entriesOf);
  }

  /** Reads an argument; its value may be the first one of `rest`. */
  take(argument: string, rest: string[]): void {
    const parts = /^(?:--|-(?!-))([^=]+)(?:=([\s\S]*))?$/.exec(argument);
    const given = parts?.[1];
    if (given === undefined) {
      const unknown = /^--?(=[\s\S]*)$/.exec(argument)?.[1];
      this.complaints.push(
        unknown === undefined ? `Unknown argument: ${argument}` : `Unknown option: ${unknown}`,
      );
      return;
    }
    const entry = this.#find(given.toLowerCase());
    if (entry === undefined) return;
    const { kind } = entry.option;
    if (kind === 'flag' || kind === 'switch') this.#switch(entry, parts?.[2]);
    else this.#value(entry, kind, parts?.[2], rest);
  }

  #find(name: string): Entry | undefined {
    const exact = this.#entries.find((entry) => entry.name === name);
    if (exact !== undefined) return exact;
    const near = this.#entries.filter((entry) => entry.name.startsWith(name));
    const [first] = near;
    if (first === undefined) {
      this.complaints.push(`Unknown option: ${name}`);
      return undefined;
    }
    if (near.every(({ option, value }) => option === first.option && value === first.value)) {
      return first;
    }
    const names = near.map((entry) => entry.name).sort();
    this.complaints.push(`Option ${name} is ambiguous (${names.join(', ')})`);
    return undefined;
  }

  #switch({ name, option, value }: Entry, given: string | undefined): void {
    if (given === undefined) this.switches.set(option.name, value);
    else this.complaints.push(`Option ${name} does not take an argument`);
  }

  #value(
    { name, option }: Entry,
    kind: 'text' | 'whole' | 'real' | 'extended',
    attached: string | undefined,
    rest: string[],
  ): void {
    const value = attached ?? rest.shift();
    if (value === undefined || attached === '') {
      this.complaints.push(`Option ${name} requires an argument`);
      return;
    }
    if (kind === 'text') {
      const earlier = this.texts.get(option.name);
      if (earlier) earlier.push(value);
      else this.texts.set(option.name, [value]);
      return;
    }
    const { form, words } = numberForms[kind];
    if (form.test(value)) this.numbers.set(option.name, numberOf(value, kind === 'extended'));
    else this.complaints.push(`Value "${value}" invalid for option ${name} (${words} expected)`);
  }
}

function entriesOf(option: LongOption): Entry[] {
  const names = [option.name, ...(option.aliases ?? [])];
  const entries = names.map((name) => ({ name, option, value: true }));
  if (option.kind !== 'switch') return entries;
  const negated = names.flatMap((name) => [`no${name}`, `no-${name}`]);
  return [...entries, ...negated.map((name) => ({ name, option, value: false }))];
}

function numberOf(text: string, withBase: boolean): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const inOctal = withBase && /^0[0-7]+$/.test(digits);
  const size = inOctal ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -size : size;
}
