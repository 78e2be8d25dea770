import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agentProgram } from '../../agent/agent-program.ts';
import { agentShape } from '../../agent/config/agent-shape.ts';
import { manualPages } from '../../scripts/man/pages.ts';
import { recordedCommands } from '../../scripts/man/recorded-commands.ts';
import { shimShape } from '../../server-shim/config/shim-shape.ts';
import { shimProgram } from '../../server-shim/shim-program.ts';
import { peer } from '../support/peers.ts';
import { Program } from '../support/program.ts';
import { projectFile, projectRoot } from './project-files.ts';

const pages = await manualPages();

/** A page as its readers see it, without the breaks of its lines. */
function rendered(name: string): string {
  const file = path.join(projectRoot, 'docs/man', name);
  const environment = { ...process.env, MANWIDTH: '2000', LC_ALL: 'C.UTF-8', MANROFFSEQ: '' };
  const { stdout, stderr, status } = spawnSync(
    peer('man').path,
    ['--warnings', '--encoding=UTF-8', '--nh', '--nj', '--local-file', file],
    { encoding: 'utf8', env: environment },
  );
  assert.deepEqual([status, stderr], [0, ''], name);
  return stdout.replaceAll(/.\x08/g, '').replaceAll(/\s+/g, ' ');
}

test('the pages in docs/man are those that the tables make: else run scripts/make-man', () => {
  const there = readdirSync(path.join(projectRoot, 'docs/man')).toSorted();
  assert.deepEqual(there, Object.keys(pages).toSorted());
  for (const [name, text] of Object.entries(pages)) {
    assert.equal(projectFile(`docs/man/${name}`).text, text, name);
  }
});

test('man formats every page without a warning', { skip: peer('man').skip }, () => {
  for (const name of Object.keys(pages)) assert.match(rendered(name), /NAME .* SEE ALSO /, name);
});

test('mandoc has nothing to say against a page', { skip: peer('mandoc').skip }, () => {
  for (const name of Object.keys(pages)) {
    const file = path.join(projectRoot, 'docs/man', name);
    const args = ['-T', 'lint', '-W', 'warning', file];
    assert.equal(spawnSync(peer('mandoc').path, args, { encoding: 'utf8' }).stdout, '');
  }
});

test('every key and every section stands in its page', { skip: peer('man').skip }, () => {
  const shapes = { 'nagtail.ini.5': agentShape, 'nagtail-shim.ini.5': shimShape };
  for (const [page, shape] of Object.entries(shapes)) {
    const text = rendered(page);
    for (const { kind, name, keys, variants } of shape) {
      assert.ok(text.includes(`[${kind}${name === '' ? '' : `.${name}`}]`), kind);
      for (const table of [keys, ...Object.values(variants?.of ?? {})]) {
        for (const key of Object.keys(table))
          assert.ok(text.includes(` ${key} `), `${page}: ${key}`);
      }
    }
  }
});

test('what a page says of commands is what --help says', { skip: peer('man').skip }, async (t) => {
  for (const [page, program] of [
    ['nagtail.8', await agentProgram()],
    ['nagtail-shim.8', await shimProgram()],
  ] as const) {
    const name = program.name === 'nagtail' ? 'nagtail' : 'nagtail-shim';
    const text = rendered(page);
    const { stdout } = await Program.run(t, name, ['--help']);
    const commands = recordedCommands(program);
    const helped = [...stdout.matchAll(/^ {2}nagtail(?:-shim)? (\S+)/gm)].map((match) => match[1]);
    assert.deepEqual(
      [...new Set(commands.map(({ words }) => words.split(' ')[0]))].toSorted(),
      helped.toSorted(),
    );
    for (const { words, options } of commands) {
      assert.ok(text.includes(`${name} ${words}`), words);
      for (const option of options) assert.ok(text.includes(`--${option.name}`), option.name);
    }
  }
});
