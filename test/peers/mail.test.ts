import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';

const root = path.join(import.meta.dirname, '../..');

const scenario = `Nov 15 04:02:24 foohost kernel: [123.4] I/O error, dev sda1, sector 2048
@+5
Nov 15 04:02:29 foohost sudo: pam_unix(sudo:auth): authentication failure; user=bob's "x"; rm -rf /
@+20
Nov 15 04:02:49 foohost su[77]: pam_unix(su:auth): authentication failure; user=eve
@+60
`;

test('the example mails each disk error, and all failures of a minute at once', {
  skip: peer('mailx').skip,
}, (t) => {
  const folder = tempDir(t);
  const mails = path.join(folder, 'mails');
  const sendmail = path.join(folder, 'sendmail');
  // The real mailx hands its mail to this one instead of a real mail system.
  writeFileSync(sendmail, `#!/bin/sh\n{ echo "--- $*"; cat; } >> ${mails}\n`);
  chmodSync(sendmail, 0o755);
  writeFileSync(path.join(folder, 'mailrc'), `set sendmail=${sendmail}\nset sendwait\n`);
  writeFileSync(path.join(folder, 'scenario'), scenario);
  const ran = spawnSync(
    path.join(root, 'scripts/nagtail'),
    [
      'simulate',
      `--conf=${path.join(root, 'config/rules/mail/to-administrator.sec')}`,
      path.join(folder, 'scenario'),
    ],
    {
      env: { ...process.env, MAILRC: path.join(folder, 'mailrc'), HOME: folder },
      encoding: 'latin1',
    },
  );
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(existsSync(mails), `no mail was sent: ${ran.stdout}${ran.stderr}`);
  const [, disk = '', failures = '', ...more] = readFileSync(mails, 'latin1').split(/^--- /m);
  assert.deepEqual(more, []);
  assert.match(disk, /^Subject: disk trouble$/m);
  assert.match(disk, /^Tue Nov 14 22:13:20 2023: I\/O error on disk sda1$/m);
  assert.match(failures, /^Subject: authentication failures$/m);
  assert.match(failures, /user=bob's "x"; rm -rf \/\n.*su\[77\].*user=eve\n/);
});
