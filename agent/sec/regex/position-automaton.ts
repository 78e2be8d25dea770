import { verticalSpaceBytes } from './byte-classes.ts';
import { ByteSet } from './byte-set.ts';
import type { QuantifierNode, RegexNode } from './regex-tree.ts';

/** Positions that an automaton may have; a pattern that needs more is not looked into. */
const positionsMax = 100;

/** A repetition with a bound is looked at as if it had at most so many rounds. */
const roundsMax = 3;

/**
 * The automaton of a pattern whose states are its bytes and sets, each where it stands (Glushkov,
 * "The abstract theory of automata", 1961). Two ways from one state to another count twice: a matcher that
 * backtracks tries both.
 */
export interface PositionAutomaton {
  readonly sets: readonly ByteSet[];
  /** For each position those that may follow, one entry for each way. */
  readonly follows: readonly (readonly number[])[];
}

/** The automaton of a repetition that goes round; undefined when it is too large to look into. */
export function automatonOfLoop(loop: QuantifierNode): PositionAutomaton | undefined {
  const builder = new Builder();
  try {
    builder.build(loop);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
  return builder;
}

class TooLarge extends Error {}

/** A part of the automaton: where it may begin and end, and whether it may match nothing. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

const nothing: Part = { first: [], last: [], isNullable: true };

class Builder implements PositionAutomaton {
  readonly sets: ByteSet[] = [];
  readonly follows: number[][] = [];

  build(node: RegexNode): Part {
    switch (node.kind) {
      case 'byte': {
        const byte = ByteSet.of(node.byte);
        return this.#position(node.caseless ? byte.withBothCases() : byte);
      }
      case 'set':
        return this.#position(node.bytes);
      case 'line-break':
        return this.#position(verticalSpaceBytes);
      case 'sequence':
        return node.items.reduce<Part>(
          (left, item) => this.#joined(left, this.build(item)),
          nothing,
        );
      case 'alternation':
        return this.#either(node.branches.map((branch) => this.build(branch)));
      case 'capture':
        return this.build(node.body);
      case 'quantifier':
        return this.#repeated(node);
      case 'atomic':
        return this.#opaque();
      case 'anchor':
      case 'look':
        return nothing;
      default:
        return this.#opaque();
    }
  }

  #position(set: ByteSet): Part {
    if (this.sets.length >= positionsMax) throw new TooLarge();
    const position = this.sets.push(set) - 1;
    this.follows.push([]);
    return { first: [position], last: [position], isNullable: false };
  }

  /** Something that is not tried in another way, or of which nothing is known. */
  #opaque(): Part {
    return this.#position(ByteSet.none);
  }

  #joined(left: Part, right: Part): Part {
    this.#link(left.last, right.first);
    return {
      first: left.isNullable ? [...left.first, ...right.first] : left.first,
      last: right.isNullable ? [...left.last, ...right.last] : right.last,
      isNullable: left.isNullable && right.isNullable,
    };
  }

  #either(parts: readonly Part[]): Part {
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      isNullable: parts.some(({ isNullable }) => isNullable),
    };
  }

  #repeated({ min, max, greed, body }: QuantifierNode): Part {
    if (greed === 'possessive') return this.#opaque();
    if (max === Infinity) {
      const part = this.build(body);
      this.#link(part.last, part.first);
      return { ...part, isNullable: part.isNullable || min === 0 };
    }
    let all = nothing;
    for (let round = 0; round < Math.min(max, roundsMax); round++) {
      const part = this.build(body);
      all = this.#joined(all, { ...part, isNullable: part.isNullable || round >= min });
    }
    return all;
  }

  #link(from: readonly number[], to: readonly number[]): void {
    for (const position of from) this.follows[position]?.push(...to);
  }
}
