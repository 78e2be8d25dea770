import type { Weighted } from './seeded-random.ts';

/** Which constructs a pattern is mostly made of. */
export type Mood =
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

export const moodChances: Weighted<Mood> = [
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

export type AtomKind =
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

export const baseWeights: Readonly<Record<AtomKind, number>> = {
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

export const moodWeights: Readonly<Record<Mood, Partial<Record<AtomKind, number>>>> = {
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
