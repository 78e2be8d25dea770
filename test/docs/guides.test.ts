import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentSectionKinds } from '../../agent/config/agent-section-kinds.ts';
import { agentShape } from '../../agent/config/agent-shape.ts';
import { type ConfigShape, keysOfSection, shapeOf } from '../../platform/config-shape.ts';
import { parseIni } from '../../platform/ini-file.ts';
import { formatProblem } from '../../platform/problem.ts';
import { shimShape } from '../../server-shim/config/shim-shape.ts';
import { peer } from '../support/peers.ts';
import { ruleProblems } from '../support/run-rules.ts';
import { projectFile } from '../tidy/project-files.ts';
import { type FencedBlock, fencedBlocks } from './fenced-blocks.ts';
import { GuideWorld } from './guide-world.ts';

/*
 * What guides tell their readers to write and to run is written and run here, in the order of the document: see
 * CONTRIBUTING.md.
 */

const guides = ['GETTING-STARTED', 'MIGRATING', 'OPERATING', 'SECURITY', 'TROUBLESHOOTING'];

/** What a block may need that is not there in a test: it is only looked at. */
const needs: Readonly<Record<string, string>> = {
  packages: 'the packages are installed by test/packages',
  systemd: 'there is no systemd in a test',
  people: 'somebody must do something by hand',
};

const languages = ['sh', 'output', 'ini', 'conf', 'sec', 'nagios', 'text'];

for (const guide of guides) {
  test(`docs/${guide}.md`, { skip: peer('nagios4').skip }, async (t) => {
    const world = await GuideWorld.make(t);
    let printed = '';
    for (const block of fencedBlocks(projectFile(`docs/${guide}.md`).text)) {
      const place = `docs/${guide}.md:${block.line}`;
      try {
        printed = follow(block, world, printed);
      } catch (cause) {
        throw new Error(`${place}: ${cause}`, { cause });
      }
    }
  });
}

/** Does what a block says; gives what was printed last. */
function follow(block: FencedBlock, world: GuideWorld, printed: string): string {
  const { language, marks, text } = block;
  assert.ok(languages.includes(language), `a block is one of ${languages.join(', ')}`);
  if (language === 'text') return printed;
  if (language === 'output') {
    assert.match(printed, patternOf(world.mapped(text)));
    return printed;
  }
  if (language === 'ini') assertKnownKeys(text);
  if (language === 'sec') assert.deepEqual(ruleProblems(text), []);
  const file = marks.get('file');
  if (file !== undefined) world.write(file, text);
  if (language !== 'sh') return printed;
  const need = marks.get('needs');
  if (need === undefined) return world.run(text);
  assert.ok(Object.hasOwn(needs, need), `needs=${need} is one of ${Object.keys(needs).join(', ')}`);
  // It must at least be a script.
  world.run(`bash -n <<'END_OF_BLOCK'\n${text}END_OF_BLOCK\n`);
  return printed;
}

/** A text in which `…` stands for anything. */
function patternOf(text: string): RegExp {
  const parts = text.trimEnd().split('…');
  const escaped = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^]*')}\\s*$`);
}

/** Configurations are run where a guide runs them; every section and key must be one in any case. */
function assertKnownKeys(text: string): void {
  const ini = parseIni(text, 'block');
  assert.deepEqual(ini.problems.map(formatProblem), []);
  for (const section of ini.sections) {
    const isAgents = Object.hasOwn(agentSectionKinds, section.kind);
    const shape: ConfigShape = isAgents ? agentShape : shimShape;
    const known = shapeOf(shape, section);
    assert.ok(known, `[${section.kind}.${section.name}]`);
    const { by = '', of = {} } = known.variants ?? {};
    const chosen = section.values.get(by)?.text;
    // A part of a section may not say of which type it is.
    const tables = chosen === undefined ? Object.values(of) : [keysOfSection(known, chosen)];
    const keys = new Set([known.keys, ...tables].flatMap((table) => Object.keys(table)));
    for (const key of section.values.keys()) assert.ok(keys.has(key), key);
  }
}
