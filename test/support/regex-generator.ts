import { type AtomKind, baseWeights, type Mood, moodChances, moodWeights } from './regex-moods.ts';
import {
  anchorPieces,
  classSamples,
  escapeSamples,
  fewLetters,
  junkPieces,
  linePieces,
  lookbehinds,
  manyLetters,
  oddBytes,
  type RegexSample,
  twoLetters,
} from './regex-pieces.ts';
import { SeededRandom } from './seeded-random.ts';

/** A seeded generator of Perl regular expressions and of texts that come near to matching them. */

export interface RegexCase {
  readonly pattern: string;
  readonly subjects: readonly string[];
}

/** Longest text to match against, in bytes: backtracking grows exponentially with it. */
const subjectBytesMax = 20;
/** Patterns for log lines are tamer. */
const lineBytesMax = 60;
const depthMax = 3;

const nestingKinds: readonly AtomKind[] = [
  'group',
  'plain',
  'named',
  'atomic',
  'flags',
  'look',
  'reset',
];

export class RegexGenerator {
  readonly #random: SeededRandom;
  #mood: Mood = 'mixed';
  #groups = 0;
  #named = 0;
  #letters: readonly string[] = fewLetters;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** The next pattern with that many texts. */
  next(subjectCount: number): RegexCase {
    const random = this.#random;
    this.#mood = random.weighted(moodChances);
    this.#groups = 0;
    this.#named = 0;
    this.#letters =
      this.#mood === 'counted'
        ? twoLetters
        : random.weighted([
            [fewLetters, 4],
            [manyLetters, 3],
            [oddBytes, 2],
          ]);
    const sample = this.#sample();
    const subjects = Array.from({ length: subjectCount }, () => this.#subject(sample.text));
    return { pattern: sample.pattern, subjects };
  }

  #sample(): RegexSample {
    if (this.#mood === 'junk') return this.#junk();
    return this.#mood === 'lines' ? this.#line() : this.#whole();
  }

  /** A pattern such as rules have; now and then two branches or an optional part. */
  #line(): RegexSample {
    const random = this.#random;
    const start = random.weighted([
      ['', 6],
      ['^', 4],
      ['(?i)', 1],
      ['(?s)', 0.5],
      ['(?m)^', 0.5],
      ['\\A', 0.5],
    ]);
    const parts = Array.from({ length: random.int(2, 7) }, () => {
      const piece = random.pick(linePieces);
      if (random.chance(0.06)) return { pattern: `(?:${piece.pattern})?`, text: piece.text };
      if (random.chance(0.06)) {
        const other = random.pick(linePieces);
        return { pattern: `(?:${piece.pattern}|${other.pattern})`, text: other.text };
      }
      return piece;
    });
    const end = random.weighted([
      ['', 6],
      ['$', 3],
      ['\\s*$', 1],
      ['\\z', 0.4],
      ['\\b', 0.4],
      ['(?= |$)', 0.5],
    ]);
    const space = random.chance(0.5) ? ' ' : '';
    return {
      pattern: start + parts.map((part) => part.pattern).join(space) + end,
      text: parts.map((part) => part.text).join(space),
    };
  }

  #whole(): RegexSample {
    const random = this.#random;
    const prefix = random.weighted([
      ['', 14],
      ['^', 2],
      ['(?i)', 2],
      ['(?s)', 0.7],
      ['(?x)', 0.7],
      ['(?xx)', 0.3],
      ['(?m)', 1],
      ['\\A', 0.4],
      ['(?n)', 0.3],
      ['(?ims)', 0.3],
      ['(?a)', 0.2],
      ['(?^i)', 0.2],
    ]);
    const lead =
      this.#mood === 'counted' && prefix === '' ? random.pick(['(?:zz)*', 'z*', 'z?', '[z.]']) : '';
    const body = this.#alternatives(0);
    const suffix = random.weighted([
      ['', 12],
      ['$', 2],
      ['\\z', 0.5],
      ['\\Z', 0.5],
      [random.pick(junkPieces), 0.4],
    ]);
    return { pattern: prefix + lead + body.pattern + suffix, text: (lead && 'zz') + body.text };
  }

  #junk(): RegexSample {
    const random = this.#random;
    const parts = Array.from({ length: random.int(1, 7) }, () =>
      random.chance(0.7) ? { pattern: random.pick(junkPieces), text: 'a' } : this.#quantified(2),
    );
    const closing = random.chance(0.5) ? ')'.repeat(random.int(0, 2)) : '';
    return {
      pattern: parts.map((part) => part.pattern).join('') + closing,
      text: parts.map((part) => part.text).join(''),
    };
  }

  #alternatives(depth: number): RegexSample {
    const random = this.#random;
    if (!random.chance(0.25) || depth >= depthMax) return this.#sequence(depth);
    const branches = Array.from({ length: random.int(2, 3) }, () =>
      random.chance(0.08) ? { pattern: '', text: '' } : this.#sequence(depth + 1),
    );
    return {
      pattern: branches.map((branch) => branch.pattern).join('|'),
      text: random.pick(branches).text,
    };
  }

  #sequence(depth: number): RegexSample {
    const length = this.#random.int(1, Math.max(1, 4 - depth));
    const parts = Array.from({ length }, () => this.#quantified(depth));
    return {
      pattern: parts.map((part) => part.pattern).join(''),
      text: parts.map((part) => part.text).join(''),
    };
  }

  #quantified(depth: number): RegexSample {
    const random = this.#random;
    const atom = this.#atom(depth);
    if (!random.chance(this.#mood === 'loops' || this.#mood === 'counted' ? 0.5 : 0.36))
      return atom;
    const low = random.weighted([
      [0, 0.3],
      [1, 2],
      [2, 2],
      [3, 0.5],
    ]);
    const [quantifier, count] = random.pick<readonly [string, number]>([
      ['*', random.int(0, 3)],
      ['+', random.int(1, 3)],
      ['?', random.int(0, 1)],
      [`{${low}}`, low],
      [`{${low},}`, low + random.int(0, 1)],
      [`{${low},${low + 2}}`, low + random.int(0, 2)],
      [`{,${low}}`, low],
    ]);
    const greed = random.weighted([
      ['', 6],
      ['?', 2],
      ['+', this.#mood === 'atomic' ? 3 : 1],
    ]);
    return { pattern: atom.pattern + quantifier + greed, text: atom.text.repeat(count) };
  }

  #atom(depth: number): RegexSample {
    const random = this.#random;
    const weights = { ...baseWeights, ...moodWeights[this.#mood] };
    if (depth >= depthMax) for (const kind of nestingKinds) weights[kind] = 0;
    if (this.#groups === 0) weights.reference *= 0.1;
    const kinds: [AtomKind, number][] = [];
    let kind: keyof typeof weights;
    for (kind in weights) kinds.push([kind, weights[kind]]);
    return this.#atomOf(random.weighted(kinds), depth);
  }

  #atomOf(kind: AtomKind, depth: number): RegexSample {
    const random = this.#random;
    switch (kind) {
      case 'literal':
        return this.#literal();
      case 'class':
        return random.chance(0.7) ? random.pick(classSamples) : this.#randomClass();
      case 'escape':
        return random.pick(escapeSamples);
      case 'dot':
        return { pattern: '.', text: random.pick(this.#letters) };
      case 'anchor':
        return { pattern: random.pick(anchorPieces), text: '' };
      case 'behind':
        return { pattern: random.pick(lookbehinds), text: '' };
      case 'comment':
        return { pattern: '(?#note)', text: '' };
      case 'space':
        return { pattern: random.pick([' ', '\n', '#c\n', '\\ ', '\t']), text: '' };
      case 'mid-flags':
        return {
          pattern: random.pick([
            '(?i)',
            '(?-i)',
            '(?s)',
            '(?x)',
            '(?-x)',
            '(?m)',
            '(?^)',
            '(?n)',
            '(?xx)',
            '(?a)',
          ]),
          text: '',
        };
      case 'reference':
        return this.#reference();
      default:
        return this.#nesting(kind, depth);
    }
  }

  #literal(): RegexSample {
    const char = this.#random.pick(this.#letters);
    const needsEscape =
      '.([{\\|)*+?^$'.includes(char) || (' \n\t#'.includes(char) && this.#random.chance(0.5));
    return { pattern: needsEscape ? `\\${char}` : char, text: char };
  }

  #randomClass(): RegexSample {
    const random = this.#random;
    const parts = Array.from({ length: random.int(1, 3) }, () => {
      const first = random.pick(oddBytes);
      const shown = ']\\^-['.includes(first) || random.chance(0.2) ? `\\${first}` : first;
      if (!random.chance(0.3)) return shown;
      return `${shown}-${random.pick(['z', '\\xff', '\\x7f', 'Z', '9', '\\d', ']'.replace(']', 'c')])}`;
    });
    return {
      pattern: `[${random.chance(0.3) ? '^' : ''}${parts.join('')}]`,
      text: random.pick(this.#letters),
    };
  }

  #reference(): RegexSample {
    const random = this.#random;
    const number = random.int(1, Math.max(1, this.#groups));
    const name = 'nm'[random.int(0, Math.max(0, this.#named - 1))] ?? 'n';
    const pattern = random.weighted([
      [`\\${number}`, 4],
      [`\\g{${number}}`, 1],
      ['\\g{-1}', 1],
      [`\\g${number}`, 0.5],
      [`\\k<${name}>`, this.#named > 0 ? 2 : 0.1],
      [`(?P=${name})`, this.#named > 0 ? 0.5 : 0],
      [`\\k{${name}}`, this.#named > 0 ? 0.5 : 0],
      [`(?(${number})a|b)`, 0.2],
    ]);
    return { pattern, text: random.pick(['', 'a', 'b', 'ab']) };
  }

  #nesting(kind: AtomKind, depth: number): RegexSample {
    const random = this.#random;
    if (kind === 'reset') return this.#reset(depth);
    if (kind === 'named') {
      const name = random.chance(0.85) ? ('nmop'[this.#named] ?? 'n') : 'n';
      this.#named += 1;
      this.#groups += 1;
      const open = random.pick([`(?<${name}>`, `(?P<${name}>`, `(?'${name}'`]);
      const body = this.#alternatives(depth + 1);
      return { pattern: `${open}${body.pattern})`, text: body.text };
    }
    if (kind === 'group') this.#groups += 1;
    const { pattern, text } = this.#alternatives(depth + 1);
    switch (kind) {
      case 'group':
        return { pattern: `(${pattern})`, text };
      case 'atomic':
        return { pattern: `(?>${pattern})`, text };
      case 'look':
        return {
          pattern: `${random.pick(['(?=', '(?!'])}${pattern})`,
          text: random.chance(0.3) ? text : '',
        };
      case 'flags': {
        const open = random.pick([
          '(?i:',
          '(?-i:',
          '(?s:',
          '(?i-s:',
          '(?x:',
          '(?^:',
          '(?m:',
          '(?n:',
          '(?xx: ',
          '(?i-m:',
        ]);
        return { pattern: `${open}${pattern})`, text: random.chance(0.5) ? swapCase(text) : text };
      }
      default:
        return { pattern: `(?:${pattern})`, text };
    }
  }

  #reset(depth: number): RegexSample {
    const random = this.#random;
    const before = this.#groups;
    let most = before;
    const branches = Array.from({ length: random.int(2, 3) }, () => {
      this.#groups = before;
      const branch = random.chance(0.7)
        ? this.#nesting('group', depth + 1)
        : this.#sequence(depth + 1);
      most = Math.max(most, this.#groups);
      return branch;
    });
    this.#groups = most;
    return {
      pattern: `(?|${branches.map((branch) => branch.pattern).join('|')})`,
      text: random.pick(branches).text,
    };
  }

  /** The text itself, or the text with a change or two. */
  #subject(text: string): string {
    const random = this.#random;
    let subject = text;
    for (
      let changes = random.weighted([
        [0, 3],
        [1, 4],
        [2, 2],
        [4, 1],
      ]);
      changes > 0;
      changes -= 1
    ) {
      const at = random.int(0, subject.length);
      const char = random.pick(random.chance(0.8) ? this.#letters : oddBytes);
      subject = random.pick([
        subject.slice(0, at) + char + subject.slice(at),
        subject.slice(0, at) + subject.slice(at + 1),
        subject + char,
        char + subject,
        subject + subject,
        `${subject}\n`,
        swapCase(subject),
        random.pick(this.#letters) + random.pick(this.#letters) + random.pick(this.#letters),
      ]);
    }
    return subject.slice(0, this.#mood === 'lines' ? lineBytesMax : subjectBytesMax);
  }
}

/** Changes the case of ASCII letters only. */
function swapCase(text: string): string {
  return text.replace(/[a-zA-Z]/g, (char) =>
    char < 'a' ? char.toLowerCase() : char.toUpperCase(),
  );
}
