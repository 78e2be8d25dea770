/**
 * What of a transcript counts: output; or also log lines of levels 2 to 4; or everything,
 * standard error and exit code included.
 */
export type TranscriptLevel = 'out' | 'log' | 'all';

export const transcriptLevels: readonly TranscriptLevel[] = ['out', 'log', 'all'];

/** What a rule does, and what is said about it. */
const counted: Readonly<Record<TranscriptLevel, RegExp>> = {
  out: /^ *[+-]\d+ > /,
  log: /^ *[+-]\d+ (?:>|L[234]) /,
  all: /^(?: *[+-]\d+ (?:[<>]|L\d)|stderr:|exit:) ?/,
};

/** What perl warns of when it compiles SEC's regular expressions: not all are compiled by perl here. */
const regexWarning = /^stderr: .* in regex(?:; marked by | m\/)/;

/** Perl's own positions in its messages, which no other program can have. */
const positions = [
  / at \/usr\/bin\/sec line \d+.*$/,
  / at \(eval \d+\) line \d+.*$/,
  / in regex; marked by .*$/,
];

/** Where Perl keeps a function. */
const address = /\b(?:CODE|HASH|ARRAY|SCALAR)\(0x[0-9a-f]+\)/g;

/** The lines of a transcript that count. */
export function countedLines(transcript: string, level: TranscriptLevel = 'log'): string[] {
  // A continued text is a part of the line before it.
  const lines = transcript.replaceAll(/\n {7}\| /g, '\\n').split('\n');
  return lines
    .filter((line) => counted[level].test(line) && !regexWarning.test(line))
    .map((line) => (/ L\d |^stderr:/.test(line) ? withoutPositions(line) : line));
}

function withoutPositions(line: string): string {
  const placeless = positions.reduce((text, position) => text.replace(position, ''), line);
  return placeless.replaceAll(address, 'ADDRESS').replace(/\\n$/, '');
}

/** The first line in which two transcripts differ, with the line before it; undefined when none does. */
export function firstDifference(expected: readonly string[], actual: readonly string[]) {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    if (expected[index] === actual[index]) continue;
    return [
      `line ${index + 1} of ${expected.length}`,
      `  after     ${expected[index - 1] ?? '(start)'}`,
      `  expected  ${expected[index] ?? '(end of output)'}`,
      `  got       ${actual[index] ?? '(end of output)'}`,
    ].join('\n');
  }
  return undefined;
}
