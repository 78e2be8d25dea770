import { otherCase } from '../regex/byte-set.ts';
import type {
  AlternationNode,
  ParsedRegex,
  QuantifierNode,
  RegexNode,
  SequenceNode,
  SetNode,
} from '../regex/regex-tree.ts';
import { childrenOf } from '../regex/regex-tree.ts';
import { type AnyOf, anyLine, type LineNeed, type Literal } from './line-need.ts';

/** Texts that are followed in parallel through a sequence; more are cut off here. */
const parallelMax = 16;

/** The longest text that is put together, in bytes: longer ones are no rarer. */
const textBytesMax = 64;

/** Texts of one clause; a pattern of more alternatives is tried on every line. */
const clauseTextsMax = 1000;

/**
 * What is known of the texts that a part of an expression matches.
 */
interface PartTexts {
  /** All texts that it can match, when they are few; undefined when they are not known. */
  readonly whole: AnyOf | undefined;
  /** What stands in every match, beside `whole`. */
  readonly clauses: readonly AnyOf[];
}

const empty: Literal = { text: '', caseless: false };
const unknown: PartTexts = { whole: undefined, clauses: [] };
/** Matches without taking a byte. */
const nothing: PartTexts = { whole: [empty], clauses: [] };

/**
 * The texts of which every match of a regular expression holds at least one, for each place
 * of the expression where that can be told.
 */
export function requiredLiterals({ tree, beyond }: ParsedRegex): LineNeed {
  // Under Unicode rules one byte may match several in another case; after (*ACCEPT) nothing is sure.
  if (beyond.length > 0 || mayAccept(tree)) return anyLine;
  const clauses = clausesOf(textsOf(tree)).filter(isOfUse);
  return clauses.length > 0 ? { kind: 'literals', clauses } : anyLine;
}

function isOfUse(clause: AnyOf): boolean {
  return clause.length <= clauseTextsMax && clause.every(({ text }) => text !== '');
}

function mayAccept(node: RegexNode): boolean {
  if (node.kind === 'beyond') return node.mayAccept;
  return childrenOf(node).some(mayAccept);
}

function clausesOf({ whole, clauses }: PartTexts): readonly AnyOf[] {
  return whole === undefined ? clauses : [...clauses, whole];
}

function textsOf(node: RegexNode): PartTexts {
  switch (node.kind) {
    case 'byte': {
      const text = String.fromCharCode(node.byte);
      return exactly({ text: node.caseless ? text.toLowerCase() : text, caseless: node.caseless });
    }
    case 'set':
      return textsOfSet(node);
    case 'anchor':
      return nothing;
    case 'sequence':
      return textsOfSequence(node);
    case 'alternation':
      return textsOfAlternation(node);
    case 'capture':
    case 'atomic':
      return textsOf(node.body);
    case 'quantifier':
      return textsOfQuantifier(node);
    case 'look':
      // Where it looks is in the text too.
      return node.negative
        ? nothing
        : { whole: [empty], clauses: clausesOf(textsOf(node.body)).filter(isOfUse) };
    default:
      return unknown;
  }
}

function exactly(literal: Literal): PartTexts {
  return { whole: [literal], clauses: [] };
}

function textsOfSet({ bytes }: SetNode): PartTexts {
  const members = bytes.bytes();
  const [first] = members;
  if (first === undefined || members.length > parallelMax / 4) return unknown;
  if (members.length === 2 && otherCase(first) === members[1]) {
    return exactly({ text: String.fromCharCode(first).toLowerCase(), caseless: true });
  }
  const whole = members.map((byte) => ({ text: String.fromCharCode(byte), caseless: false }));
  return { whole, clauses: [] };
}

function textsOfSequence({ items }: SequenceNode): PartTexts {
  const clauses: AnyOf[] = [];
  let run: AnyOf = [empty];
  let isWhole = true;
  for (const item of items) {
    const { whole, clauses: inner } = textsOf(item);
    clauses.push(...inner);
    const longer = whole && joined(run, whole);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    isWhole = false;
    clauses.push(run);
    run = whole ?? [empty];
  }
  if (isWhole) return { whole: run, clauses };
  return { whole: undefined, clauses: [...clauses, run].filter(isOfUse) };
}

/** All texts of one set with all of another behind them; undefined when they are too many or too long. */
function joined(left: AnyOf, right: AnyOf): AnyOf | undefined {
  if (left.length * right.length > parallelMax) return undefined;
  const [start, end] = [left[0], right[0]];
  if (left.length === 1 && right.length === 1 && start !== undefined && end !== undefined) {
    // The next byte of a plain text.
    const one = joinedTexts(start, end);
    return one.text.length <= textBytesMax ? [one] : undefined;
  }
  const all = left.flatMap((start) => right.map((end) => joinedTexts(start, end)));
  return all.every(({ text }) => text.length <= textBytesMax) ? all : undefined;
}

function joinedTexts(left: Literal, right: Literal): Literal {
  const caseless = left.caseless || right.caseless;
  const text = left.text + right.text;
  return { text: caseless ? asciiLowerCase(text) : text, caseless };
}

function textsOfAlternation({ branches }: AlternationNode): PartTexts {
  const parts = branches.map(textsOf);
  const whole = parts.flatMap((part) => part.whole ?? []);
  const allWhole = parts.every((part) => part.whole !== undefined && part.clauses.length === 0);
  if (allWhole && whole.length <= parallelMax) return { whole, clauses: [] };
  const best = parts.map((part) => bestOf(clausesOf(part).filter(isOfUse)));
  const known = best.filter((clause) => clause !== undefined);
  return known.length < best.length ? unknown : { whole: undefined, clauses: [known.flat()] };
}

/** Of several clauses the one whose shortest text is the longest. */
function bestOf(clauses: readonly AnyOf[]): AnyOf | undefined {
  const shortest = (clause: AnyOf) => Math.min(...clause.map(({ text }) => text.length));
  return clauses.reduce<AnyOf | undefined>(
    (best, clause) => (best === undefined || shortest(clause) > shortest(best) ? clause : best),
    undefined,
  );
}

function textsOfQuantifier({ min, max, body }: QuantifierNode): PartTexts {
  if (max < min) return unknown;
  if (max === 0) return nothing;
  const part = textsOf(body);
  if (min === 0) {
    const once = max === 1 && part.clauses.length === 0 ? part.whole : undefined;
    return once === undefined ? unknown : { whole: [...once, empty], clauses: [] };
  }
  let whole = part.whole;
  if (min === max) for (let n = 1; n < min && whole; n++) whole = joined(whole, part.whole ?? []);
  if (min === max && whole !== undefined) return { whole, clauses: part.clauses };
  return { whole: undefined, clauses: clausesOf(part).filter(isOfUse) };
}

/** Lower case of ASCII letters only. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
