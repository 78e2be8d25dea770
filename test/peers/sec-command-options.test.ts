import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { perlGlob } from '../../agent/sec-program/perl-glob.ts';
import { readSecArguments } from '../../agent/sec-program/read-sec-arguments.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';

/* What is wrong with a command line, and which files a pattern stands for: as the real SEC says. */

const sec = peer('sec');

/** Command lines with something wrong, blank-separated. */
const commandLines = [
  'y --input-timeout=-1 --reopen-timeout=-1 --check-timeout=-1 --poll-timeout=-1 --socket-timeout=0 --bogus --blocksize=0 x --bufsize=-1 --evstoresize=-1 --cleantime=-1 --debug=0 --umask=888 --group=x --tail=3 --timeout-script=x',
  '--input-timeout=3 --evstoresize=-1 --check=-3 --group=x --blocksize=-4',
  '--poll-timeout=1. --poll-timeout=1.e3 --poll-timeout=x --poll-timeout=-.5',
  '--cleantime=1. --cleantime=0x5 --check_timeout=1.5 --reopen=a',
  '--umask=abc --umask=0o7 --umask=09 --umask=-1',
  '--umask=1000',
  '--debug --bogus --log',
  '--debug -- --bogus',
  '--conf -- --bogus',
  '--check-timeout= --dump=',
  '--d=5',
  '--dum=5 --s=5 --r --p=x --u=x --c=x --i=x --in --inp=y',
  '--no',
  '--n',
  '--not',
  '--help=3 --nohelp --notailx --timeout',
  '-?x -?? - --=x ---debug=3',
  '--BoGus --bogus=3 -x=1',
  '--bl=x --bu=3.0 --buf',
  '--debug 5 x -- --debug=3 y',
  '--evstoresize',
  'a --b c',
] as const;

describe('complaints about the command line are those of SEC', { skip: sec.skip }, () => {
  for (const line of commandLines) {
    test(line, (t) => {
      const args = line.split(' ');
      // Before the others: `--` and options without a value end the line.
      const given = ['--testonly', ...args];
      const ran = spawnSync(sec.path, given, { cwd: tempDir(t), encoding: 'latin1' });
      const { complaints } = readSecArguments(given);
      assert.notEqual(ran.stderr, '');
      assert.deepEqual(complaints, ran.stderr.split('\n').slice(0, -1));
    });
  }
});

const patterns = [
  '*.sec',
  '{b,a,Z}*.sec',
  'inner/*.sec missing a.sec',
  '"b c.sec" a.sec',
  'b c.sec',
  '[!a-b].sec',
  '[^ab].sec',
  '[a-]*.sec',
  '[a.sec',
  'a\\*',
  '{}',
  "it's",
  './*.sec',
  'a{,.sec}',
  '?.sec',
  '.*.sec',
  '*/*.sec',
  '**/*.sec',
  '{x,{y,a}}.sec',
  'q\\[1\\].sec',
  'a.sec *.sec',
] as const;

describe('patterns stand for the files that SEC takes', { skip: sec.skip }, () => {
  for (const pattern of patterns) {
    test(pattern, (t) => {
      const folder = tempDir(t);
      const names = ['B.sec', 'a.sec', 'A.sec', 'b.sec', '_x.sec', '1.sec', 'b c.sec', 'Z.sec'];
      for (const name of [...names, '.hidden.sec', 'q[1].sec']) {
        writeFileSync(path.join(folder, name), '');
      }
      mkdirSync(path.join(folder, 'inner'));
      symlinkSync('../a.sec', path.join(folder, 'inner/l.sec'));
      symlinkSync('nowhere', path.join(folder, 'dangling.sec'));
      copyFileSync(path.join(folder, 'a.sec'), path.join(folder, 'inner/k.sec'));
      const args = ['--testonly', `--conf=${pattern}`, '--log=log.txt'];
      spawnSync(sec.path, args, { cwd: folder });
      const log = spawnSync('cat', ['log.txt'], { cwd: folder, encoding: 'utf8' }).stdout;
      const read = [...log.matchAll(/: Reading configuration from (.*)/g)].map(([, file]) => file);
      const before = process.cwd();
      process.chdir(folder);
      t.after(() => process.chdir(before));
      assert.deepEqual([...new Set(perlGlob(pattern))], read);
    });
  }
});
