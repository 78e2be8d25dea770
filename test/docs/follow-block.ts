import assert from 'node:assert/strict';
import { agentSectionKinds } from '../../agent/config/agent-section-kinds.ts';
import { agentShape } from '../../agent/config/agent-shape.ts';
import { type ConfigShape, keysOfSection, shapeOf } from '../../platform/config-shape.ts';
import { type IniSection, parseIni } from '../../platform/ini-file.ts';
import { formatProblem } from '../../platform/problem.ts';
import { shimShape } from '../../server-shim/config/shim-shape.ts';
import { ruleProblems } from '../support/run-rules.ts';
import type { FencedBlock } from './fenced-blocks.ts';
import type { GuideWorld } from './guide-world.ts';

/** Where the follower of a document stands. */
export interface Standing {
  /** What the last commands have printed. */
  readonly printed: string;
  /** Whether the block is one that can be run here. */
  readonly isRun: boolean;
}

/** What is done with a block of a language, before it is written where it says; nothing for plain texts. */
const checks: Readonly<Record<string, (block: FencedBlock) => void>> = {
  sh: () => {},
  output: () => {},
  ini: ({ text }) => assertKnownKeys(text),
  sec: ({ text }) => assert.deepEqual(ruleProblems(text), []),
  conf: assertIsWritten,
  nagios: assertIsWritten,
  xml: assertIsWritten,
};

/**
 * Does what a block says, and gives what was printed last: commands are run, `output` is compared with what they
 * printed, configurations and rules are read by what reads them in the programs, a block with `file=PATH` is
 * written there. Throws where something is not as the document says.
 */
export function followBlock(block: FencedBlock, world: GuideWorld, standing: Standing): string {
  const { language, marks, text } = block;
  const { printed, isRun } = standing;
  if (!isRun) {
    // It must at least be a script.
    if (language === 'sh') world.run(`bash -n <<'END_OF_BLOCK'\n${text}END_OF_BLOCK\n`);
    return printed;
  }
  const check = checks[language];
  const known = Object.keys(checks).join(', ');
  assert.ok(check, `a block is one of ${known}, or stands in test/docs/not-run.ts`);
  check(block);
  const file = marks.get('file');
  if (file !== undefined) world.write(file, text);
  if (language === 'output') assert.match(printed, patternOf(world.mapped(text)));
  if (language !== 'sh') return printed;
  if (!marks.has('background')) return world.run(text);
  world.start(text);
  return '';
}

/** A text in which `…` stands for anything. */
function patternOf(text: string): RegExp {
  const parts = text.trimEnd().split('…');
  const escaped = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^]*')}\\s*$`);
}

/** A text that only another program understands must come to it. */
function assertIsWritten({ marks }: FencedBlock): void {
  assert.ok(marks.has('file'), 'file=PATH says where it is written');
}

/** Configurations are run where a guide runs them; every section and key must be one in any case. */
function assertKnownKeys(text: string): void {
  const ini = parseIni(text, 'block');
  assert.deepEqual(ini.problems.map(formatProblem), []);
  for (const section of ini.sections) {
    const known = keysIn(section);
    for (const key of section.values.keys()) assert.ok(known.has(key), key);
  }
}

/** The keys that a section may have. */
function keysIn(section: IniSection): ReadonlySet<string> {
  const isAgents = Object.hasOwn(agentSectionKinds, section.kind);
  const shape: ConfigShape = isAgents ? agentShape : shimShape;
  const known = shapeOf(shape, section);
  assert.ok(known, `[${section.kind}.${section.name}]`);
  const { by = '', of = {} } = known.variants ?? {};
  const chosen = section.values.get(by)?.text;
  // A part of a section may not say of which type it is.
  const tables = chosen === undefined ? Object.values(of) : [keysOfSection(known, chosen)];
  return new Set([known.keys, ...tables].flatMap((table) => Object.keys(table)));
}
