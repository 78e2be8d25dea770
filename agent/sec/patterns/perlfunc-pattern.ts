import type { ByteString } from '../../../protocol/byte-string.ts';
import { type CurrentLine, inputSource } from '../engine/current-line.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { PerlValue } from '../perl/perl.ts';
import type { PerlFunction } from '../perl/perl-function.ts';
import { isTrue } from '../perl/truth.ts';
import { anyLine } from '../prefilter/line-need.ts';
import { textOfValue } from '../substitute/action-variables.ts';
import { type Match, matchOf } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';
import { LineMatch } from './regexp-pattern.ts';

/**
 * `ptype=PerlFuncN`: a function that is called with the lines and their sources; and
 * `ptype=NPerlFuncN`, which matches when the function says no. One that fails says nothing.
 */
export class PerlfuncPattern implements Pattern {
  readonly lines: number;
  readonly need = anyLine;
  readonly #function: PerlFunction;
  readonly #negated: boolean;

  constructor(code: PerlFunction, lines: number, negated: boolean) {
    this.#function = code;
    this.lines = lines;
    this.#negated = negated;
  }

  match(line: CurrentLine, runtime: Runtime): Match | undefined {
    const type = this.#negated ? 'NPerlFunc' : 'PerlFunc';
    const values = callPatternFunction(type, this.#function, line, this.lines, runtime);
    if (values === undefined || isNo(values) !== this.#negated) return undefined;
    const text = line.window.text(this.lines);
    const match = new LineMatch(text, inputSource(line, this.lines), line.internalContext);
    if (this.#negated) return match;
    const variables = match.entries();
    for (const [name, value] of returnedVariables(values)) variables.set(name, value);
    return matchOf(variables);
  }
}

/** What the function returned; undefined when it failed. */
function callPatternFunction(
  type: 'PerlFunc' | 'NPerlFunc',
  code: PerlFunction,
  line: CurrentLine,
  lines: number,
  runtime: Runtime,
): readonly PerlValue[] | undefined {
  if (runtime.perl === undefined) return undefined;
  const sources: readonly (ByteString | undefined)[] = line.joint
    ? line.window.sources(lines).map((source) => (source === '' ? undefined : source))
    : [line.source];
  const outcome = code.call(runtime.perl, [...line.window.lines(lines), ...sources], 'list');
  if ('values' in outcome) return outcome.values;
  runtime.host.log(2, `${type} pattern runtime error: ${outcome.fault}\n`);
  return undefined;
}

/** The empty list and one false value say no. */
function isNo(values: readonly PerlValue[]): boolean {
  return values.length === 0 || (values.length === 1 && !isTrue(values[0]));
}

/** A list gives `$1`, `$2` …; one hash reference gives named variables. */
function* returnedVariables(
  values: readonly PerlValue[],
): Generator<[ByteString, ByteString | undefined]> {
  const [first] = values;
  if (values.length === 1 && typeof first === 'object' && first.entries !== undefined) {
    yield* first.entries;
    return;
  }
  for (const [index, value] of values.entries()) yield [String(index + 1), textOfValue(value)];
}
