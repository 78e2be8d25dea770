import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { receiveDatagrams } from '../support/receive-datagrams.ts';
import { waitFor } from '../support/wait-for.ts';

/* Actions that ask something of `nagtail run` itself: inputs, sockets, signals. */

const rules = (folder: string) => `
type=Single
ptype=RegExp
pattern=^(addinput|dropinput|sigemul) (.*)
continue=EndMatch
desc=said
action=none

type=Single
ptype=RegExp
pattern=^say (.*)
continue=EndMatch
desc=$1
action=udgram ${folder}/socket $1

type=Single
ptype=RegExp
pattern=(.*)
desc=line
action=write ${folder}/out $+{_inputsrc}: $1
`;

const command = (word: string, action: string) => `
type=Single
ptype=RegExp
pattern=^${word} (\\S+)(?: (\\S+))?$
continue=TakeNext
desc=${word}
action=${action}
`;

const commands = [
  command('addinput', 'addinput $1 $2'),
  command('dropinput', 'dropinput $1'),
  command('sigemul', 'sigemul $1'),
].join('');

test('inputs are added and dropped by rules, and added ones go on after a restart', async (t) => {
  const files = new AgentFiles(t, { port: await freePort(), rules: [] });
  const { folder } = files;
  writeFileSync(path.join(folder, 'r.sec'), `${commands}${rules(folder)}`);
  const more = path.join(folder, 'more.log');
  writeFileSync(more, 'one\ntwo\n');
  const out = () => {
    const file = path.join(folder, 'out');
    return existsSync(file) ? readFileSync(file, 'latin1') : '';
  };
  const wrote = (text: string) => waitFor(`'${text}'`, () => out().includes(`${more}: ${text}\n`));
  const agent = files.start();
  await agent.record('READY');
  files.append(`addinput ${more} 4`, `addinput ${more} 0`);
  await wrote('two');
  const refused = await agent.record('RULE');
  const expected = `Dynamic input file '${more}' already exists in the list of inputs, can't add`;
  assert.equal(refused['message'], expected);
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });

  appendFileSync(more, 'while it was down\n');
  const again = files.start();
  await wrote('while it was down');
  files.append(`dropinput ${more}`, 'dropped');
  await waitFor('the line behind it', () => out().includes('input.log: dropped\n'));
  appendFileSync(more, 'unheard\n');
  files.append(`dropinput ${more}`, 'the end');
  await waitFor('the end', () => out().includes('input.log: the end\n'));
  const notFound = await again.record('RULE');
  assert.match(String(notFound['message']), /not found, can't drop$/);
  assert.deepEqual(await again.stop(), { code: 0, signal: null });
  assert.doesNotMatch(out(), /unheard|: one/);
});

test('datagrams reach a socket in the file system', { skip: peer('perl').skip }, async (t) => {
  const files = new AgentFiles(t, { port: await freePort(), rules: [] });
  const { folder } = files;
  writeFileSync(path.join(folder, 'r.sec'), rules(folder));
  const agent = files.start();
  await agent.record('READY');
  files.append('say lost');
  const failed = await agent.record('SOCKET_FAILED');
  assert.match(String(failed['message']), /udgram .*No such file or directory/);
  const received = await receiveDatagrams(t, path.join(folder, 'socket'));
  files.append('say one', 'say \xe9\xff two');
  await waitFor('both', received, (text) => text === 'one|\xe9\xff two|');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});

test('a rule asks for what signals do', async (t) => {
  const files = new AgentFiles(t, { port: await freePort(), rules: [] });
  const { folder } = files;
  writeFileSync(path.join(folder, 'r.sec'), `${commands}${rules(folder)}`);
  const out = path.join(folder, 'out');
  const agent = files.start();
  await agent.record('READY');
  for (const [index, name] of ['HUP', 'ABRT'].entries()) {
    files.append(`sigemul ${name}`);
    await waitFor(name, () => agent.records('RULES_RELOADED').length === index + 1);
  }
  files.append('sigemul USR1');
  const state = await agent.record('STATE');
  assert.deepEqual([state['lines'], state['rules'], state['sources']], [3, 6, 1]);
  // Both as signals and from a rule: a file that was renamed is written to no more.
  for (const [index, reopen] of [
    () => files.append('sigemul USR2'),
    () => agent.kill('SIGUSR2'),
  ].entries()) {
    files.append(`before ${index}`);
    const has = () => existsSync(out) && readFileSync(out, 'latin1').includes(`before ${index}\n`);
    await waitFor('the text', has);
    renameSync(out, `${out}.${index}`);
    reopen();
    await waitFor('a new file', () => {
      files.append('more');
      return existsSync(out);
    });
  }
  files.append('sigemul TERM', 'sigemul TERM');
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
});
