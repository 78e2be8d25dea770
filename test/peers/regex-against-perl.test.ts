import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createContext, Script } from 'node:vm';
import {
  type JavascriptRegex,
  type RegexTranslation,
  translateRegex,
} from '../../agent/sec/regex/translate-regex.ts';
import { peer } from '../support/peers.ts';
import { type RegexCase, RegexGenerator } from '../support/regex-generator.ts';
import { seedOfRun } from '../support/seeded-random.ts';

const perl = peer('perl');

/*
 * Random patterns and texts, matched here and by the real perl. SEED=n replays
 * a run, PAIRS=n sets how many pairs of pattern and text it compares, REASONS=1
 * shows why patterns went to perl, MESSAGES=1 compares messages of errors, too.
 */

const defaultPairs = 20_000;
const subjectsPerPattern = 5;
const patternsPerBatch = 20_000;
const reportedMax = 10;
const perlOutputBytes = 1 << 29;
/** A match that takes longer backtracks without hope; in milliseconds. Perl has a second. */
const matchMsMax = 500;
/** What the perl program says when a match dies. */
const noResult = '!';
/** What stands for the answer when perl itself dies. */
const noAnswer = 'none';

/** What only perl can check: our verdict is about the rest of the pattern. */
const checkedByPerlOnly = [
  /^Can't find Unicode property definition/,
  /^Unknown charname/,
  /^Unknown user-defined property/,
  /^Lookbehind longer than 255/,
];
const unreadable = 'an extended bracketed class';

/**
 * Reads a line for each pattern: the pattern and the texts, in hexadecimal.
 * Answers with a line: "invalid MESSAGE", or "valid GROUPS RESULT...". A result
 * is "-" for no match or "SPAN,SPAN,...;NAME=HEX..." with "u" for an unset group.
 */
const perlProgram = String.raw`
use strict; no warnings;
$| = 1;
binmode STDIN; binmode STDOUT;
while (my $line = <STDIN>) {
  chomp $line;
  alarm 1; # ends this perl
  my ($pattern, @texts) = map { pack 'H*', substr $_, 1 } split / /, $line;
  my $regex = eval { qr/$pattern/ };
  if (!defined $regex) {
    (my $message = $@) =~ s/ at \S+ line \d+, <STDIN> line \d+\.\n\z//;
    print 'invalid ', unpack('H*', $message), "\n";
    next;
  }
  my @results;
  my $groups = eval { '' =~ /$regex|/ ? $#+ : '?' } // '?';
  for my $text (@texts) {
    # Some patterns die when they match; match variables live in their block only.
    push @results, eval {
      return '-' unless $text =~ $regex;
      my $spans = join ',', map { defined $-[$_] && defined $+[$_] ? "$-[$_]:$+[$_]" : 'u' } 0 .. $#+;
      my $names = join '&', map { "$_=" . unpack 'H*', $+{$_} } sort keys %+;
      return "$spans;$names";
    } // '!';
  }
  print "valid $groups @results\n";
}
`;

interface Difference {
  readonly pattern: string;
  readonly what: string;
  readonly ours: string;
  readonly perls: string;
}

test('patterns match as perl matches them', { skip: perl.skip }, (t) => {
  const seed = seedOfRun();
  const pairs = Number(process.env['PAIRS'] ?? defaultPairs);
  const generator = new RegexGenerator(seed);
  const tally = new Tally();
  for (let left = Math.ceil(pairs / subjectsPerPattern); left > 0; left -= patternsPerBatch) {
    const size = Math.min(left, patternsPerBatch);
    const cases = Array.from({ length: size }, () => generator.next(subjectsPerPattern));
    const answers = askPerl(cases);
    for (const [index, one] of cases.entries()) tally.add(one, answers[index] ?? noAnswer);
  }
  t.diagnostic(`seed ${seed}: ${tally.summary()}`);
  for (const line of tally.details()) t.diagnostic(line);
  const shown = tally.differences
    .slice(0, Number(process.env['REPORT'] ?? reportedMax))
    .map(
      (one) =>
        `${JSON.stringify(one.pattern)}: ${one.what}\n  ours   ${one.ours}\n  perl's ${one.perls}`,
    );
  const heading = `SEED=${seed}, ${tally.differences.length} differ:`;
  assert.equal(tally.differences.length, 0, [heading, ...shown].join('\n'));
});

/** Compares and counts. */
class Tally {
  readonly differences: Difference[] = [];
  readonly #kinds = { javascript: 0, perl: 0, invalid: 0 };
  readonly #reasons = new Map<string, number>();
  readonly #unanswered: string[] = [];
  #matched = 0;
  #sameWords = 0;

  add(one: RegexCase, answer: string): void {
    const translation = translateRegex(one.pattern);
    this.#kinds[translation.kind] += 1;
    if (translation.kind === 'perl')
      this.#reasons.set(translation.reason, (this.#reasons.get(translation.reason) ?? 0) + 1);
    if (translation.kind === 'invalid' && answer === `invalid ${hex(translation.message)}`)
      this.#sameWords += 1;
    if (answer === noAnswer) {
      this.#unanswered.push(one.pattern);
      return;
    }
    this.#matched += answer.split(' ').filter((part) => part.includes(';')).length;
    const difference = compare(one, translation, answer);
    if (difference === 'too slow') this.#unanswered.push(one.pattern);
    else if (difference !== undefined) this.differences.push(difference);
  }

  summary(): string {
    const { javascript, perl, invalid } = this.#kinds;
    const total = javascript + perl + invalid;
    const share = (count: number): string => `${((100 * count) / total).toFixed(1)} %`;
    return (
      `${total} patterns, ${total * subjectsPerPattern} pairs of which ${this.#matched} match; ` +
      `javascript ${share(javascript)}, perl ${share(perl)}, invalid ${share(invalid)} ` +
      `(${this.#sameWords} of ${invalid} in perl's words); too slow ${this.#unanswered.length}`
    );
  }

  details(): readonly string[] {
    if (!process.env['REASONS']) return [];
    const reasons = [...this.#reasons].sort(([, one], [, other]) => other - one);
    return [
      ...reasons.map(([reason, count]) => `${count} ${reason}`),
      ...this.#unanswered.map((pattern) => `too slow: ${JSON.stringify(pattern)}`),
    ];
  }
}

/** The answers of perl. Patterns that take too long or crash it have none. */
function askPerl(cases: readonly RegexCase[]): readonly string[] {
  const answers: string[] = [];
  while (answers.length < cases.length) {
    const input = cases
      .slice(answers.length)
      .map((one) => [one.pattern, ...one.subjects].map((text) => `x${hex(text)}`).join(' '));
    const run = spawnSync(perl.path, ['-e', perlProgram], {
      input: `${input.join('\n')}\n`,
      encoding: 'latin1',
      maxBuffer: perlOutputBytes,
    });
    answers.push(...run.stdout.split('\n').slice(0, -1));
    if (run.signal !== null) answers.push(noAnswer);
    else assert.equal(run.status, 0, `perl failed: ${run.stderr} ${run.error?.message ?? ''}`);
  }
  return answers;
}

function hex(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

function compare(
  one: RegexCase,
  translation: RegexTranslation,
  answer: string,
): Difference | 'too slow' | undefined {
  const { pattern } = one;
  const [verdict, detail = '', ...results] = answer.split(' ');
  const perls = verdict === 'invalid' ? Buffer.from(detail, 'hex').toString('latin1') : answer;
  if (translation.kind === 'invalid') {
    const ours = translation.message;
    if (verdict !== 'invalid') return { pattern, what: 'validity', ours, perls };
    return process.env['MESSAGES'] && ours !== perls
      ? { pattern, what: 'message', ours, perls }
      : undefined;
  }
  if (translation.kind === 'perl') {
    if (translation.reason === unreadable) return undefined;
    if (checkedByPerlOnly.some((message) => message.test(perls))) return undefined;
  }
  if (verdict === 'invalid') return { pattern, what: 'validity', ours: translation.kind, perls };
  if (detail !== '?' && String(translation.groupCount) !== detail)
    return { pattern, what: 'group count', ours: String(translation.groupCount), perls };
  if (translation.kind === 'perl') return undefined;
  return compareMatches(one, translation, results);
}

function compareMatches(
  one: RegexCase,
  translation: JavascriptRegex,
  results: readonly string[],
): Difference | 'too slow' | undefined {
  const forLines = translateRegex(one.pattern, 'lines');
  assert.equal(forLines.kind, 'javascript', one.pattern);
  const ours = withinTime(() =>
    one.subjects.map((subject) => {
      const own = resultOf(translation, subject);
      // Texts without a newline are also lines; a difference there shows as one from perl.
      const isLine = !subject.includes('\n') && forLines.kind === 'javascript';
      const asLine = isLine ? resultOf(forLines, subject) : own;
      return asLine === own ? own : `${own} as any text, ${asLine} as a line`;
    }),
  );
  if (ours === undefined) return 'too slow';
  const index = ours.findIndex((own, at) => results[at] !== noResult && results[at] !== own);
  if (index < 0) return undefined;
  return {
    pattern: one.pattern,
    what: `on ${JSON.stringify(one.subjects[index])} (${translation.regex.source})`,
    ours: ours[index] ?? '',
    perls: results[index] ?? '',
  };
}

const sandbox: { job: () => void } = { job: () => undefined };
const sandboxed = createContext(sandbox);
const runJob = new Script('job()');

/** What `work` returns, or undefined when it takes too long: only a script can be interrupted. */
function withinTime<Result>(work: () => Result): Result | undefined {
  let result: Result | undefined;
  sandbox.job = () => {
    result = work();
  };
  try {
    runJob.runInContext(sandboxed, { timeout: matchMsMax });
  } catch (error) {
    // The error comes from another realm and is no Error of ours.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
  return result;
}

/** A match in the form in which the perl program above writes it. */
function resultOf(translation: JavascriptRegex, subject: string): string {
  const indexed = new RegExp(translation.regex.source, `${translation.regex.flags}d`);
  const indices = indexed.exec(subject)?.indices;
  if (indices === undefined) return '-';
  const own =
    translation.groups ??
    Array.from({ length: translation.groupCount + 1 }, (_, number) => [number]);
  const spans = own.map((group) => group.map((n) => indices[n]).find((span) => span !== undefined));
  const shown = spans.map((span) => (span === undefined ? 'u' : `${span[0]}:${span[1]}`)).join(',');
  const names = [...translation.names].flatMap(([name, numbers]) => {
    const span = numbers.map((n) => spans[n]).find((found) => found !== undefined);
    return span === undefined ? [] : [`${name}=${hex(subject.slice(span[0], span[1]))}`];
  });
  return `${shown};${names.sort().join('&')}`;
}
