import { sBoxValue } from './des-tables.ts';

/** An operation of two signals on whole registers of bits; `andNot` is a AND NOT b. */
export interface Gate {
  readonly kind: 'and' | 'andNot' | 'or' | 'xor';
  readonly a: number;
  readonly b: number;
}

/**
 * An S-box as gates. Signals 0 to 5 are its inputs, the first bit first; gate i gives
 * signal 6 + i.
 */
export interface SBoxCircuit {
  readonly gates: readonly Gate[];
  /** The four outputs, the first bit first. */
  readonly outputs: readonly Signal[];
}

/** A signal, or its complement: that costs nothing until it leaves the circuit. */
export interface Signal {
  readonly at: number;
  readonly isInverted: boolean;
}

/**
 * What is free in making a circuit. Each plan gives a right one; a good plan gives a small one.
 */
export interface SBoxPlan {
  /** The inputs (1 to 6), the one that is decided last first. */
  readonly inputs: string;
  /** The outputs (1 to 4) in the order in which they are made. */
  readonly outputs: string;
  /** What is chosen, each time that there is a choice: see `splits`. */
  readonly splits: string;
}

/** A truth table of `inputs` inputs: bit i is the value for the inputs that i has in binary. */
interface Table {
  readonly bits: bigint;
  readonly inputs: number;
}

const inputCount = 6;

/**
 * The gates of an S-box. An output f is divided by one input x after the other into f0 (where
 * x is 0), f1 (where it is 1) and their difference f2 = f0 ^ f1, of which any two make f:
 * f0 ^ (x & f2), or f1 ^ (f2 & ~x), or (f0 & ~x) ^ (f1 & x). What was made before, for
 * whichever output, is taken again; a table and its complement count as one.
 */
export function sBoxCircuit(box: number, plan: SBoxPlan): SBoxCircuit {
  const maker = new CircuitMaker(plan);
  const outputs: Signal[] = [];
  for (const output of plan.outputs) {
    const at = Number(output) - 1;
    outputs[at] = maker.signalOf({ bits: truthTable(box, plan, at), inputs: inputCount });
  }
  return { gates: maker.gates, outputs };
}

/** Output `output` of an S-box, its inputs in the order of the plan. */
function truthTable(box: number, plan: SBoxPlan, output: number): bigint {
  let bits = 0n;
  for (let i = 0; i < 1 << inputCount; i++) {
    let sixBits = 0;
    for (const [level, input] of [...plan.inputs].entries()) {
      if ((i >> level) & 1) sixBits |= 1 << (inputCount - Number(input));
    }
    if ((sBoxValue(box, sixBits) >> (3 - output)) & 1) bits |= 1n << BigInt(i);
  }
  return bits;
}

class CircuitMaker {
  readonly gates: Gate[] = [];
  readonly #plan: SBoxPlan;
  #splits = 0;
  /** What was made, by a table's text. */
  readonly #made = new Map<string, number>();

  constructor(plan: SBoxPlan) {
    this.#plan = plan;
  }

  /** The signal of a table that is not constant. */
  signalOf(table: Table): Signal {
    const isInverted = (table.bits & 1n) === 1n;
    const plain = withoutUnused(isInverted ? complement(table) : table);
    const key = `${plain.inputs}:${plain.bits}`;
    const made = this.#made.get(key) ?? this.#make(plain);
    this.#made.set(key, made);
    return { at: made, isInverted };
  }

  /** Makes a table that is 0 where all its inputs are, and that depends on the last of them. */
  #make(table: Table): number {
    const x = Number(this.#plan.inputs[table.inputs - 1]) - 1;
    const [f0, f1, f2] = halves(table);
    const ones = complement({ ...f0, bits: 0n }).bits;
    if (f0.bits === 0n && f1.bits === ones) return x;
    // f0 is never inverted, as it is 0 where all inputs are; f1 and f2 both are or both are not.
    if (f0.bits === 0n) return this.#and(x, this.signalOf(f1));
    if (f1.bits === 0n) return this.#gate('andNot', this.signalOf(f0).at, x);
    if (f2.bits === ones) return this.#gate('xor', this.signalOf(f0).at, x);
    if (f1.bits === ones) return this.#gate('or', this.signalOf(f0).at, x);
    switch (this.#plan.splits[this.#splits++]) {
      case '1': {
        const [one, difference] = [this.signalOf(f1), this.signalOf(f2)];
        // Inverted both: ~f1 ^ (~f2 & ~x) is f1 ^ (f2 | x).
        const kind = difference.isInverted ? 'or' : 'andNot';
        return this.#gate('xor', one.at, this.#gate(kind, difference.at, x));
      }
      case '2': {
        const [zero, one] = [this.signalOf(f0), this.signalOf(f1)];
        return this.#gate('xor', this.#gate('andNot', zero.at, x), this.#and(x, one));
      }
      default: {
        const [zero, difference] = [this.signalOf(f0), this.signalOf(f2)];
        return this.#gate('xor', zero.at, this.#and(x, difference));
      }
    }
  }

  #and(x: number, signal: Signal): number {
    return this.#gate(signal.isInverted ? 'andNot' : 'and', x, signal.at);
  }

  #gate(kind: Gate['kind'], a: number, b: number): number {
    this.gates.push({ kind, a, b });
    return inputCount + this.gates.length - 1;
  }
}

function complement({ bits, inputs }: Table): Table {
  return { bits: bits ^ ((1n << BigInt(1 << inputs)) - 1n), inputs };
}

/** A table where its last input is 0, where it is 1, and the difference of these. */
function halves({ bits, inputs }: Table): [f0: Table, f1: Table, f2: Table] {
  const size = BigInt(1 << (inputs - 1));
  const f0 = bits & ((1n << size) - 1n);
  const f1 = bits >> size;
  return [
    { bits: f0, inputs: inputs - 1 },
    { bits: f1, inputs: inputs - 1 },
    { bits: f0 ^ f1, inputs: inputs - 1 },
  ];
}

/** The same table without last inputs on which it does not depend. */
function withoutUnused(table: Table): Table {
  if (table.inputs === 0) return table;
  const [f0, , f2] = halves(table);
  return f2.bits === 0n ? withoutUnused(f0) : table;
}
