import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { peer } from '../../../support/peers.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/* The command `nagtail simulate`; what simulations do is in sec-cases.test.ts. */

const rules = `type=Single
ptype=RegExp
pattern=(.*)
desc=d
action=shellcmd echo error $1 >&2; write - $1; cmdexec nosuchprogram
`;

test('errors and exit code stand at the end, as text and as JSON', async (t) => {
  const folder = tempDir(t);
  const file = path.join(folder, 'one.case');
  writeFileSync(file, `${rules}\ntype=Nothing\n=== input\na\n@sh echo from sh >&2\n`);
  const asText = await Program.run(t, 'nagtail', ['simulate', '--notail', file]);
  assert.deepEqual(
    [asText.code, asText.stderr, asText.stdout.split('\n')],
    [
      0,
      '',
      [
        '    +0 L2 Rule in rules.sec at line 7: Invalid rule type NOTHING',
        '    +0 < a',
        '    +0 > a',
        '    +0 L3 Child PID terminated with non-zero exitcode 1 ( nosuchprogram )',
        '    +0 < sh: echo from sh >&2',
        '    +0 < <EOF>',
        'stderr: error a',
        `stderr: Can't exec "nosuchprogram": No such file or directory`,
        'stderr: from sh',
        '',
      ],
    ],
  );
  const words = ['simulate', '--json', file, '--', '--testonly'];
  const asJson = await Program.run(t, 'nagtail', words);
  assert.equal(asJson.code, 0);
  assert.deepEqual(
    asJson.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { k: 'L', level: '2', s: 'Rule in rules.sec at line 7: Invalid rule type NOTHING', t: 0 },
      { k: 'X', s: 1 },
    ],
  );
});

test('what Perl code writes to standard error is among it', {
  skip: peer('perl').skip,
}, async (t) => {
  const folder = tempDir(t);
  const conf = path.join(folder, 'r.sec');
  const scenario = path.join(folder, 'scenario');
  writeFileSync(conf, rules.replace(/action=.*/, 'action=eval %v ( warn "warned $1\\n"; 1 )'));
  writeFileSync(scenario, 'a\n@+86400\nb\n');
  const args = ['simulate', '--json', `--conf=${conf}`, scenario];
  const { stdout, stderr } = await Program.run(t, 'nagtail', args);
  assert.equal(stderr, '');
  assert.match(stdout, /\n\{"k":"E","s":"warned a\\nwarned b\\n"\}\n$/);
});

test('the dump of a simulation lies beside its files, whose folder is shown as TMP', async (t) => {
  const file = path.join(tempDir(t), 'one.case');
  const lines = ['a', '@signal USR1', '@sh grep -c "^List of contexts" sec.dump; pwd', ''];
  writeFileSync(file, `${rules.replace(/action=.*/, 'action=none')}=== input\n${lines.join('\n')}`);
  const { stdout } = await Program.run(t, 'nagtail', ['simulate', '--debug=6', file]);
  assert.match(stdout, /\n {4}\+0 L6 Dump to TMP\/sec\.dump completed\n/);
  assert.match(stdout, /\n {4}\+0 > 1\n {4}\+0 > TMP\n/);
});

test('what cannot be read is told', async (t) => {
  const { code, stdout, stderr } = await Program.run(t, 'nagtail', ['simulate', 'no.case']);
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(stderr, 'nagtail: cannot read no.case: no such file or directory\n');
});
