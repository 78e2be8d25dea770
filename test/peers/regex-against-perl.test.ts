import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { type RegexTranslation, translateRegex } from '../../agent/sec/regex/translate-regex.ts';
import { type RegexCase, RegexGenerator } from '../support/regex-generator.ts';

/*
 * Random patterns and texts, matched here and by the real perl. SEED=n replays
 * a run, PAIRS=n sets how many pairs of pattern and text it compares.
 */

const DEFAULT_PAIRS = 20_000;
const SUBJECTS_PER_PATTERN = 5;
/** Patterns given to one perl process, which bounds the memory of its answer. */
const PATTERNS_PER_BATCH = 20_000;
const MOST_REPORTED = 10;
/** What the perl program says when a match dies. */
const NO_RESULT = '!';
/** What stands for the answer when perl itself dies. */
const NO_ANSWER = 'none';
/** Whether a name exists is for Perl to say: our verdict is about the form only. */
const NAMES_ARE_PERLS = ['a Unicode property', 'a named character'];
const PERL_OUTPUT_BYTES = 1 << 29;

/**
 * Reads a line for each pattern: the pattern and the texts, in hexadecimal.
 * Answers with a line: "invalid MESSAGE", or "valid GROUPS RESULT...". A result
 * is "-" for no match or "SPAN,SPAN,...;NAME=HEX..." with "u" for an unset group.
 */
const PERL_PROGRAM = String.raw`
use strict; no warnings;
$| = 1;
binmode STDIN; binmode STDOUT;
while (my $line = <STDIN>) {
  chomp $line;
  alarm 3; # ends this perl
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

test('patterns match as perl matches them', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_007);
  const pairs = Number(process.env['PAIRS'] ?? DEFAULT_PAIRS);
  const generator = new RegexGenerator(seed);
  const counts = { javascript: 0, perl: 0, invalid: 0 };
  const reasons = new Map<string, number>();
  const differences: Difference[] = [];
  let left = Math.ceil(pairs / SUBJECTS_PER_PATTERN);
  const unanswered: string[] = [];
  let matched = 0;
  let messagesAlike = 0;
  while (left > 0) {
    const size = Math.min(left, PATTERNS_PER_BATCH);
    left -= size;
    const cases = Array.from({ length: size }, () => generator.next(SUBJECTS_PER_PATTERN));
    const answers = askPerl(cases);
    for (const [index, one] of cases.entries()) {
      const translation = translateRegex(one.pattern);
      counts[translation.kind] += 1;
      if (translation.kind === 'perl')
        reasons.set(translation.reason, (reasons.get(translation.reason) ?? 0) + 1);
      const answer = answers[index] ?? '';
      if (answer === NO_ANSWER) unanswered.push(one.pattern);
      matched += answer.split(' ').filter((part) => part.includes(';')).length;
      if (translation.kind === 'invalid' && answer === `invalid ${hex(translation.message)}`)
        messagesAlike += 1;
      const difference = compare(one, translation, answer);
      if (difference !== undefined) differences.push(difference);
    }
  }
  const total = counts.javascript + counts.perl + counts.invalid;
  const share = (count: number): string => `${((100 * count) / total).toFixed(1)} %`;
  console.log(
    `seed ${seed}: ${total} patterns, ${total * SUBJECTS_PER_PATTERN} pairs of which ${matched} match; ` +
      `javascript ${share(counts.javascript)}, perl ${share(counts.perl)}, invalid ${share(counts.invalid)} ` +
      `(of these ${messagesAlike} of ${counts.invalid} in perl's words)`,
  );
  if (unanswered.length > 0) console.log('perl gave up on', unanswered);
  if (process.env['REASONS']) console.log(reasons);
  const reported = differences
    .slice(0, Number(process.env['REPORT'] ?? MOST_REPORTED))
    .map(
      (one) =>
        `${JSON.stringify(one.pattern)}: ${one.what}\n  ours  ${one.ours}\n  perl's ${one.perls}`,
    );
  assert.equal(
    differences.length,
    0,
    `SEED=${seed}, ${differences.length} differ:\n${reported.join('\n')}`,
  );
});

/** The answers of perl. Patterns that take too long or crash it have none. */
function askPerl(cases: readonly RegexCase[]): readonly string[] {
  const answers: string[] = [];
  while (answers.length < cases.length) {
    const input = cases
      .slice(answers.length)
      .map((one) => [one.pattern, ...one.subjects].map((text) => `x${hex(text)}`).join(' '));
    const run = spawnSync('perl', ['-e', PERL_PROGRAM], {
      input: `${input.join('\n')}\n`,
      encoding: 'latin1',
      maxBuffer: PERL_OUTPUT_BYTES,
    });
    answers.push(...run.stdout.split('\n').slice(0, -1));
    if (run.signal !== null) answers.push(NO_ANSWER);
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
): Difference | undefined {
  const { pattern } = one;
  const [verdict, groups, ...results] = answer.split(' ');
  if (verdict === NO_ANSWER) return undefined;
  if (translation.kind === 'invalid') {
    if (verdict === 'invalid') {
      if (process.env['MESSAGES'] && hex(translation.message) !== groups)
        return {
          pattern,
          what: 'message',
          ours: translation.message,
          perls: Buffer.from(groups ?? '', 'hex').toString('latin1'),
        };
      return undefined;
    }
    return { pattern, what: 'validity', ours: translation.message, perls: answer };
  }
  if (verdict === 'invalid') {
    if (translation.kind === 'perl' && NAMES_ARE_PERLS.includes(translation.reason))
      return undefined;
    const perls = Buffer.from(groups ?? '', 'hex').toString('latin1');
    return {
      pattern,
      what: 'validity',
      ours: `${translation.kind} ${translation.kind === 'perl' ? translation.reason : ''}`,
      perls,
    };
  }
  if (groups !== '?' && String(translation.groupCount) !== groups)
    return {
      pattern,
      what: 'group count',
      ours: String(translation.groupCount),
      perls: groups ?? '',
    };
  if (translation.kind === 'perl') return undefined;
  for (const [index, subject] of one.subjects.entries()) {
    const perls = results[index] ?? '';
    if (perls === NO_RESULT) continue;
    const ours = resultOf(translation, subject);
    if (ours !== perls)
      return {
        pattern,
        what: `on ${JSON.stringify(subject)} (${translation.regex.source})`,
        ours,
        perls,
      };
  }
  return undefined;
}

/** A match in the form in which the perl program above writes it. */
function resultOf(
  translation: Extract<RegexTranslation, { kind: 'javascript' }>,
  subject: string,
): string {
  const indexed = new RegExp(translation.regex.source, `${translation.regex.flags}d`);
  const match = indexed.exec(subject);
  if (match?.indices === undefined) return '-';
  const { indices } = match;
  const own =
    translation.groups ?? Array.from({ length: translation.groupCount + 1 }, (_, n) => [n]);
  const spans = own.map((group) => group.map((n) => indices[n]).find((span) => span !== undefined));
  const shown = spans.map((span) => (span === undefined ? 'u' : `${span[0]}:${span[1]}`)).join(',');
  const names = [...translation.names].flatMap(([name, numbers]) => {
    const span = numbers.map((n) => spans[n]).find((found) => found !== undefined);
    return span === undefined ? [] : [`${name}=${hex(subject.slice(span[0], span[1]))}`];
  });
  return `${shown};${names.sort().join('&')}`;
}
