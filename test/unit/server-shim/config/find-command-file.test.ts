import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findCommandFile } from '../../../../server-shim/config/find-command-file.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('no Nagios, no command file', (t) => {
  assert.equal(findCommandFile(tempDir(t)), undefined);
});

test('a usual place counts by its folder: Nagios makes the file when it starts', (t) => {
  const root = tempDir(t);
  mkdirSync(path.join(root, 'var/spool/nagios/cmd'), { recursive: true });
  assert.deepEqual(findCommandFile(root), {
    path: path.join(root, 'var/spool/nagios/cmd/nagios.cmd'),
    from: 'its usual place on this system',
  });
});

test("what Nagios' own configuration says comes first", (t) => {
  const root = tempDir(t);
  for (const folder of ['var/lib/nagios4/rw', 'etc/nagios4']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  const cfg = path.join(root, 'etc/nagios4/nagios.cfg');
  writeFileSync(cfg, '# command_file=/no\ncheck_external_commands=1\ncommand_file = /srv/n.cmd \n');
  assert.deepEqual(findCommandFile(root), {
    path: '/srv/n.cmd',
    from: 'command_file in /etc/nagios4/nagios.cfg',
  });
  writeFileSync(cfg, 'nothing\n');
  assert.equal(findCommandFile(root)?.path, path.join(root, 'var/lib/nagios4/rw/nagios.cmd'));
});
