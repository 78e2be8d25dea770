import { SeededRandom, type Weighted } from './seeded-random.ts';

/** A seeded generator of Perl regular expressions and of texts that come near to matching them. */

/** A pattern and a text that it may match. */
interface Sample {
  readonly pattern: string;
  readonly text: string;
}

export interface RegexCase {
  readonly pattern: string;
  readonly subjects: readonly string[];
}

/** Longest text to match against, in bytes: backtracking grows exponentially with it. */
const LONGEST_SUBJECT = 20;
/** Patterns for log lines are tamer. */
const LONGEST_LINE = 60;
const DEEPEST = 3;

/** Two letters that meet often, for what counts. */
const TWO = ['x', 'y'];
const FEW = ['a', 'b', 'c', 'A', 'B', '1', '\n'];
const MANY = [...FEW, '2', '_', '-', ' ', '.', ',', '(', '[', '{', '\t', '\r', 'x', ':', '"'];
const BYTES = [
  ...MANY,
  '\0',
  '\x0b',
  '\x85',
  '\xa0',
  '\xb5',
  '\xc9',
  '\xdf',
  '\xe9',
  '\xff',
  '\x7f',
];

const CLASSES: readonly Sample[] = Object.entries({
  '[ab]': 'a',
  '[^a]': 'b',
  '[a-c1]': 'c',
  '[]a]': ']',
  '[^]a]': 'c',
  '[a-]': '-',
  '[-a]': '-',
  '[\\w.]': '.',
  '[^\\d\\s]': 'a',
  '[.,(]': '(',
  '[A-_]': 'B',
  '[\\x80-\\xff]': '\xe9',
  '[\\101-\\103]': 'B',
  '[\\-\\]]': '-',
  '[\\h\\d]': ' ',
  '[^\\n]': 'a',
  '[\\W]': '\xe9',
  '[^\\W_]': 'a',
  '[\\d-z]': '-',
  '[a-\\d]': 'a',
  '[\\b]': '\b',
  '[\\V]': 'a',
  '[^\\H]': ' ',
  '[[:alpha:]]': 'a',
  '[[:^digit:]]': 'b',
  '[[:space:]_]': '_',
  '[^[:punct:]]': 'a',
  '[[:upper:][:digit:]]': 'A',
  '[[:xdigit:]]': 'B',
  '[[:word:]-]': '-',
  '[[:blank:]]': ' ',
  '[[:^upper:]]': '1',
  '[^[:lower:]]': 'A',
  '[[:cntrl:]]': '\n',
  '[[:print:]]': 'a',
  '[[:graph:]]': 'a',
  '[[:ascii:]]': 'a',
  '[[:^ascii:]]': '\xe9',
  '[[:alnum:]a-c]': '1',
  '[[:alpha:]-z]': '-',
  '[a-[:digit:]]': '-',
  '[[:alpha]': ':',
  '[:alpha:]': 'a',
  '[[:alpha;]]': 'a',
  '[ a]': ' ',
  '[#a]': '#',
  '[$.]': '$',
  '[a\\]b]': ']',
  '[\\^a]': '^',
  '[a^]': '^',
  '[\\x{62}\\o{61}]': 'b',
  '[\\cA-\\cZ]': '\n',
  '[\\N]': 'N',
  '[\\R]': 'R',
  '[\\8]': '8',
  '[\\1]': '\x01',
  '[\\e\\a\\f]': '\f',
}).map(([pattern, text]) => ({ pattern, text }));

const ESCAPES: readonly Sample[] = Object.entries({
  '\\w': 'a',
  '\\d': '1',
  '\\s': ' ',
  '\\S': 'b',
  '\\W': '-',
  '\\D': 'c',
  '\\h': '\t',
  '\\H': 'a',
  '\\v': '\r',
  '\\V': 'a',
  '\\R': '\r\n',
  '\\N': 'x',
  '\\t': '\t',
  '\\n': '\n',
  '\\x61': 'a',
  '\\x{62}': 'b',
  '\\x{ 62 }': 'b',
  '\\x{zz}': '\0',
  '\\xg': '\0g',
  '\\141': 'a',
  '\\o{143}': 'c',
  '\\xe9': '\xe9',
  '\\x2d': '-',
  '\\0': '\0',
  '\\08': '\x008',
  '\\012': '\n',
  '\\cA': '\x01',
  '\\c[': '\x1b',
  '\\e': '\x1b',
  '\\Q': 'Q',
  '\\E': 'E',
  '\\_': '_',
  '\\-': '-',
  '\\ ': ' ',
  '\\#': '#',
  '\\\\': '\\',
  '\\/': '/',
  '\\12': '\n',
  '\\18': '\x018',
}).map(([pattern, text]) => ({ pattern, text }));

/** Pieces of which people make patterns for log lines. */
const LINE_PIECES: readonly Sample[] = Object.entries({
  'sshd\\[\\d+\\]:': 'sshd[12]:',
  '(\\S+)': '10.0.0.1',
  '([\\d.]+)': '10.2.3.4',
  '(\\d{1,3}(?:\\.\\d{1,3}){3})': '10.2.3.4',
  '(?:[0-9a-f]{2}:){5}[0-9a-f]{2}': '00:1a:2b:3c:4d:5e',
  '(\\w+)\\[(\\d+)\\]': 'cron[7]',
  error: 'error',
  'Error|ERROR': 'ERROR',
  '(?:Error|ERROR|error)': 'error',
  '(?i:failed)': 'Failed',
  '(?i)fatal': 'FATAL',
  '.*': 'aerr b',
  '.*?': 'xx',
  '.+': 'a b',
  '(.*)': 'rest of it',
  '(.+?)': 'abc',
  '(?: (\\S+))?': ' user',
  '(?:user )?': 'user ',
  '(?:invalid |illegal )?user': 'invalid user',
  '\\s+': '  ',
  '\\s*': ' ',
  '[^\\]]+': 'abc',
  '"[^"]*"': '"a b"',
  '"([^"\\\\]|\\\\.)*"': '"a\\"b"',
  '\\b(?:up|down)\\b': 'down',
  '(up|down)': 'up',
  '=(?<val>\\w+)': '=abc',
  '(?<host>[\\w.-]+)': 'web-1.a',
  '(?:eth|lo)\\d': 'eth0',
  '[[:alpha:]]+': 'abc',
  '[[:digit:]]{2}': '12',
  '(?=.*port)': '',
  '(?!.*(?:debug|info))': '',
  '(?<!not )': '',
  '(?<=for )\\w+': 'for root',
  '\\d++': '123',
  '(?>\\w+)': 'abc',
  '(\\d+)(?:\\.(\\d+))?': '1.5',
  '(?:(\\w+)=)?(\\w+)': 'k=v',
  '(?:\\w+ )+': 'a b c ',
  '(?:\\w+ ?)*': 'a b',
  '(\\w+)(?:, ?(\\w+))*': 'a, b,c',
  '(?:a|ab)(?:c|bcd)(d*)': 'abcd',
  'for (root|admin) from': 'for root from',
  '\\(([^)]*)\\)': '(uid=0)',
  '(\\w+) \\1': 'aa aa',
  '[^ ]+ [^ ]+': 'ab cd',
  '-- MARK --': '-- MARK --',
  '\\.': '.',
  ': ': ': ',
  ' ': ' ',
  '\\n': '\n',
  $: '',
}).map(([pattern, text]) => ({ pattern, text }));

/** Pieces that break patterns, or nearly. */
const JUNK: readonly string[] = [
  ...String.raw`
    ( ) [ ] { } | * + ? ^ $ . \ a b n 1 - , # : = ! < > ' (? (?: (?< (?<n> (?'n' (?P<m> (?P=n) (?P>n)
    (?= (?! (?<= (?<! (?> (?| (?# (?#c) (?i) (?i (?^ (?^i: (?x) (?xx) (?-x) (?n) (?s-m: (?aa) (?d) (?au)
    (?p) (?o) (?ii) (?i- (?^-i) (?) (?-) (?:) {1} {,2} {2,1} {a} {01} {70000} {1, ** *? *+ ?? +? ++ {2}?
    \1 \2 \9 \10 \18 \81 \g1 \g{1} \g{-1} \g-1 \g{n} \g{0} \g \g{ \g{1 \k<n> \k{n} \k'n' \k \k< \x \x{
    \x{} \o \o{} \o{8} \o{1 \c \c{ \N \N{ \N{2} \N{} \b \B \b{ \b{wb} \b{x} \A \z \Z \G \K \K* \X \C \R
    \p \pL \p{ \p{} \Q \E \q{ \w{ \_{ [^ [] [^] [a- [z-a] [a-z [\ [[:alpha:]] [[:foo:]] [[:alpha:]
    [:alpha:] [[.a.]] [[=a=]] [[:a]b:] [[:^x:]] [\N] [\x{] [\c] (*F) (*FAIL) (*ACCEPT) (*FOO) (*foo: (*pla:
    (*nlb: (*atomic: (*sr: (*pla) (* (*MARK) (*:x) (*PRUNE:a) (?1) (?R) (?R (?+1) (?-1) (?&n) (?& (?(1)
    (?(1)a|b) (?(<n>)a) (?(x)a) (?(DEFINE)a) (?(?=a)b) (?(R)a) (?{1}) (??{1}) (?{ (?@) (?z) (?P (?Px) (?0)`
    .trim()
    .split(/\s+/),
  ...['{ 1 , 2 }', '\\k{ n }', '( ?:', '( *F)', '\\c\xe9', ' ', '\n', '\x85', '\xa0', '\xe9', '\0'],
];

const BEHINDS = [
  '(?<=a)',
  '(?<!b)',
  '(?<=[a-c])',
  '(?<!\\d)',
  '(?<=a|b)',
  '(?<=ab)',
  '(?<=a|bc)',
  '(?<=^a?)',
  '(?<=\\bab?)',
  '(?<!a{1,3}b)',
  '(?<=(?=a)a)',
  '(?<=\\n)',
  '(?<=^)',
  '(?<!$)',
  '(?<=a?b?)',
  '(?<=(?:a|b){1,2})',
  '(?<=(?i)a)',
  '(?<=a*)',
  '(?<=a{1,300})',
  '(?<=(a))',
  '(?<=(?>a))',
  '(?<!^|a)',
  '(?<=\\R)',
];

const ANCHORS = [
  '^',
  '$',
  '\\A',
  '\\z',
  '\\Z',
  '\\b',
  '\\B',
  '(?=a)',
  '(?!b)',
  '(?m:^)',
  '(?m:$)',
  '(?=)',
  '(?!)',
];

/** Which constructs a pattern is mostly made of. */
type Mood =
  | 'counted'
  | 'lines'
  | 'mixed'
  | 'loops'
  | 'references'
  | 'flags'
  | 'classes'
  | 'anchors'
  | 'atomic'
  | 'junk';

const MOODS: Weighted<Mood> = [
  ['counted', 3],
  ['lines', 4],
  ['mixed', 6],
  ['loops', 3],
  ['references', 2],
  ['flags', 2],
  ['classes', 1.5],
  ['anchors', 2],
  ['atomic', 2],
  ['junk', 2],
];

type AtomKind =
  | 'literal'
  | 'class'
  | 'escape'
  | 'dot'
  | 'group'
  | 'plain'
  | 'named'
  | 'atomic'
  | 'flags'
  | 'mid-flags'
  | 'look'
  | 'behind'
  | 'reference'
  | 'anchor'
  | 'comment'
  | 'reset'
  | 'space';

const BASE_WEIGHTS: Readonly<Record<AtomKind, number>> = {
  literal: 9,
  class: 3,
  escape: 3,
  dot: 1.5,
  group: 5,
  plain: 2,
  named: 0.8,
  atomic: 0.6,
  flags: 0.7,
  'mid-flags': 0.4,
  look: 1,
  behind: 0.5,
  reference: 1,
  anchor: 1,
  comment: 0.2,
  reset: 0.4,
  space: 0.2,
};

const MOOD_WEIGHTS: Readonly<Record<Mood, Partial<Record<AtomKind, number>>>> = {
  counted: {
    literal: 12,
    class: 0,
    escape: 0,
    group: 5,
    plain: 5,
    reference: 0.3,
    anchor: 0.3,
    look: 0.3,
    behind: 0.2,
  },
  lines: {},
  mixed: {},
  loops: { class: 0.5, escape: 0.5, group: 9, plain: 6, reference: 0.3 },
  references: { group: 7, reference: 5, named: 3, reset: 2, class: 0.5, escape: 0.5 },
  flags: { flags: 5, 'mid-flags': 4, space: 2, comment: 1, anchor: 2 },
  classes: { class: 12, escape: 8 },
  anchors: { anchor: 6, behind: 3, look: 3 },
  atomic: { atomic: 5, class: 0.5, escape: 0.5 },
  junk: {},
};

const NESTING: readonly AtomKind[] = [
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
  #letters: readonly string[] = FEW;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** The next pattern with that many texts. */
  next(subjectCount: number): RegexCase {
    const random = this.#random;
    this.#mood = random.weighted(MOODS);
    this.#groups = 0;
    this.#named = 0;
    this.#letters =
      this.#mood === 'counted'
        ? TWO
        : random.weighted([
            [FEW, 4],
            [MANY, 3],
            [BYTES, 2],
          ]);
    const sample = this.#sample();
    const subjects = Array.from({ length: subjectCount }, () => this.#subject(sample.text));
    return { pattern: sample.pattern, subjects };
  }

  #sample(): Sample {
    if (this.#mood === 'junk') return this.#junk();
    return this.#mood === 'lines' ? this.#line() : this.#whole();
  }

  /** A pattern such as rules have; now and then two branches or an optional part. */
  #line(): Sample {
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
      const piece = random.pick(LINE_PIECES);
      if (random.chance(0.06)) return { pattern: `(?:${piece.pattern})?`, text: piece.text };
      if (random.chance(0.06)) {
        const other = random.pick(LINE_PIECES);
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

  #whole(): Sample {
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
      [random.pick(JUNK), 0.4],
    ]);
    return { pattern: prefix + lead + body.pattern + suffix, text: (lead && 'zz') + body.text };
  }

  #junk(): Sample {
    const random = this.#random;
    const parts = Array.from({ length: random.int(1, 7) }, () =>
      random.chance(0.7) ? { pattern: random.pick(JUNK), text: 'a' } : this.#quantified(2),
    );
    const closing = random.chance(0.5) ? ')'.repeat(random.int(0, 2)) : '';
    return {
      pattern: parts.map((part) => part.pattern).join('') + closing,
      text: parts.map((part) => part.text).join(''),
    };
  }

  #alternatives(depth: number): Sample {
    const random = this.#random;
    if (!random.chance(0.25) || depth >= DEEPEST) return this.#sequence(depth);
    const branches = Array.from({ length: random.int(2, 3) }, () =>
      random.chance(0.08) ? { pattern: '', text: '' } : this.#sequence(depth + 1),
    );
    return {
      pattern: branches.map((branch) => branch.pattern).join('|'),
      text: random.pick(branches).text,
    };
  }

  #sequence(depth: number): Sample {
    const length = this.#random.int(1, Math.max(1, 4 - depth));
    const parts = Array.from({ length }, () => this.#quantified(depth));
    return {
      pattern: parts.map((part) => part.pattern).join(''),
      text: parts.map((part) => part.text).join(''),
    };
  }

  #quantified(depth: number): Sample {
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

  #atom(depth: number): Sample {
    const random = this.#random;
    const weights = { ...BASE_WEIGHTS, ...MOOD_WEIGHTS[this.#mood] };
    if (depth >= DEEPEST) for (const kind of NESTING) weights[kind] = 0;
    if (this.#groups === 0) weights.reference *= 0.1;
    const kinds: [AtomKind, number][] = [];
    let kind: keyof typeof weights;
    for (kind in weights) kinds.push([kind, weights[kind]]);
    return this.#atomOf(random.weighted(kinds), depth);
  }

  #atomOf(kind: AtomKind, depth: number): Sample {
    const random = this.#random;
    switch (kind) {
      case 'literal':
        return this.#literal();
      case 'class':
        return random.chance(0.7) ? random.pick(CLASSES) : this.#randomClass();
      case 'escape':
        return random.pick(ESCAPES);
      case 'dot':
        return { pattern: '.', text: random.pick(this.#letters) };
      case 'anchor':
        return { pattern: random.pick(ANCHORS), text: '' };
      case 'behind':
        return { pattern: random.pick(BEHINDS), text: '' };
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

  #literal(): Sample {
    const char = this.#random.pick(this.#letters);
    const needsEscape =
      '.([{\\|)*+?^$'.includes(char) || (' \n\t#'.includes(char) && this.#random.chance(0.5));
    return { pattern: needsEscape ? `\\${char}` : char, text: char };
  }

  #randomClass(): Sample {
    const random = this.#random;
    const parts = Array.from({ length: random.int(1, 3) }, () => {
      const first = random.pick(BYTES);
      const shown = ']\\^-['.includes(first) || random.chance(0.2) ? `\\${first}` : first;
      if (!random.chance(0.3)) return shown;
      return `${shown}-${random.pick(['z', '\\xff', '\\x7f', 'Z', '9', '\\d', ']'.replace(']', 'c')])}`;
    });
    return {
      pattern: `[${random.chance(0.3) ? '^' : ''}${parts.join('')}]`,
      text: random.pick(this.#letters),
    };
  }

  #reference(): Sample {
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

  #nesting(kind: AtomKind, depth: number): Sample {
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

  #reset(depth: number): Sample {
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
      const char = random.pick(random.chance(0.8) ? this.#letters : BYTES);
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
    return subject.slice(0, this.#mood === 'lines' ? LONGEST_LINE : LONGEST_SUBJECT);
  }
}

/** Changes the case of ASCII letters only. */
function swapCase(text: string): string {
  return text.replace(/[a-zA-Z]/g, (char) =>
    char < 'a' ? char.toLowerCase() : char.toUpperCase(),
  );
}
