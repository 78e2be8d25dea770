import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { completionsOf } from '../../scripts/packaging/program-files.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { projectRoot } from '../tidy/project-files.ts';

/** Writes the completions of a program where a package has them; gives the folder that stands for `/`. */
function installed(t: TestContext, name: 'nagtail' | 'nagtail-shim'): string {
  const root = tempDir(t);
  for (const { path: file, content } of completionsOf(name)) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return root;
}

function run(shell: string, args: readonly string[], cwd: string): string {
  const environment = { ...process.env, PATH: `${projectRoot}/scripts:${process.env['PATH']}` };
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd,
    encoding: 'utf8',
    env: environment,
  });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

/** What bash offers for the last of these words. */
function bashOffers(t: TestContext, name: 'nagtail' | 'nagtail-shim', words: string): string[] {
  const file = `usr/share/bash-completion/completions/${name}`;
  const script = `. ./${file}; COMP_WORDS=(${name} ${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _${name.replace('-', '_')}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', ['-c', script], installed(t, name)).trim().split('\n');
}

test('bash completes commands, their words and their options', (t) => {
  assert.deepEqual(bashOffers(t, 'nagtail', 'st'), ['status']);
  assert.deepEqual(bashOffers(t, 'nagtail', "check ''"), ['self']);
  assert.deepEqual(bashOffers(t, 'nagtail', 'check self --w'), ['--warning-age']);
  assert.deepEqual(bashOffers(t, 'nagtail-shim', "secret ''"), ['new', 'token']);
});

test('zsh offers them with what they are', { skip: peer('zsh').skip }, (t) => {
  const root = installed(t, 'nagtail');
  // What zsh would call to show them; the function is run as its completion system runs it.
  const script = `_describe() { print -l -- "\${(@P)2}" }; words=(nagtail st); CURRENT=2; f() { . ./usr/share/zsh/site-functions/_nagtail }; f`;
  const offered = run('zsh', ['-f', '-c', script], root).trim().split('\n');
  assert.ok(offered.includes('status:show how the running program is'), offered.join('\n'));
});

test('fish offers them with what they are', { skip: peer('fish').skip }, (t) => {
  const root = installed(t, 'nagtail-shim');
  const file = './usr/share/fish/vendor_completions.d/nagtail-shim.fish';
  const offered = (line: string) =>
    run('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], root)
      .trim()
      .split('\n');
  assert.deepEqual(offered('nagtail-shim st'), ['status\tshow how the running program is']);
  const options = offered('nagtail-shim check self --w').map((line) => line.split('\t')[0]);
  assert.deepEqual(options, ['--warning-age']);
});
