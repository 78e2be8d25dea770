import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { peer } from '../../../support/peers.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const configuration = `[agent]
rules = rules/*.sec
[input.auth]
path = auth.log
[receiver.main]
protocol = nsca
host = 127.0.0.1
password = secret
`;
const rule = 'type=Single\nptype=RegExp\npattern=xx\ndesc=d\naction=none\n';

/** A folder with a configuration and rule files, and `nagtail validate` on it. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = tempDir(t);
  mkdirSync(path.join(folder, 'rules'));
  const all = { 'nagtail.ini': configuration, 'rules/a.sec': rule, 'auth.log': '', ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(path.join(folder, name), text);
  const config = path.join(folder, 'nagtail.ini');
  const validate = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await Program.run(t, 'nagtail', [
      'validate',
      '--config',
      config,
      ...args,
    ]);
    assert.equal(stderr, '');
    return { code, lines: stdout.replaceAll(`${folder}/`, '').split('\n').slice(0, -1) };
  };
  return { folder, validate };
}

test('all is well', async (t) => {
  const { validate } = folderWith(t, {});
  assert.deepEqual(await validate(), {
    code: 0,
    lines: ['nagtail.ini, 1 rule in 1 rule file: no problems'],
  });
  assert.deepEqual(await validate('--quiet'), { code: 0, lines: [] });
});

test('everything that is wrong is told in one go, a line each with its place', async (t) => {
  const { validate } = folderWith(t, {
    'nagtail.ini': `[agent]
rules = rules/*.sec
colour = red
[input.auth]
path = missing.log
from_start = maybe
[receiver.main]
protocol = nsca
host = 127.0.0.1
port = 5667x
encryption_method = 7
password_file = missing
[reciever.second]
`,
    'rules/a.sec': `${rule}\n${rule.replace('=xx', '=(')}`,
  });
  assert.deepEqual(await validate(), {
    code: 1,
    lines: [
      "nagtail.ini:3: unknown key 'colour' in [agent]",
      "nagtail.ini:6: from_start: expected yes or no, found 'maybe'",
      "nagtail.ini:10: port: expected a port number from 0 to 65535, found '5667x'",
      'nagtail.ini:11: encryption_method: encryption method 7 (threeway) is not part of libmcrypt: no NSCA program works with it; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26',
      'nagtail.ini:12: password_file: cannot read missing: no such file or directory',
      "nagtail.ini:13: unknown section [reciever.second]; did you mean 'receiver'?",
      "rules/a.sec:9: Invalid regular expression '(': Unmatched ( in regex; marked by <-- HERE in m/( <-- HERE /",
      'nagtail.ini, 1 rule in 1 rule file: 7 problems',
    ],
  });
});

test('an unknown key does not hide what is wrong with the inputs and the rules', async (t) => {
  const { folder, validate } = folderWith(t, {
    'nagtail.ini': configuration
      .replace('auth.log', 'missing.log')
      .replace('[input', 'colour = red\n[input')
      .replace('password = secret', 'encryption_method = 7\npassword_file = missing'),
    'rules/a.sec': `${rule}\n${rule.replace('=xx', '=(')}`,
    'rules/b.sec': rule.replace('none', 'wirte - x').replace('ptype=RegExp\n', ''),
  });
  mkdirSync(path.join(folder, 'rules/c.sec'));
  const { code, lines } = await validate();
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "nagtail.ini:3: unknown key 'colour' in [agent]",
    'nagtail.ini:5: warning: input auth: no such file: missing.log; the agent waits for it',
    'nagtail.ini:9: encryption_method: encryption method 7 (threeway) is not part of libmcrypt: no NSCA program works with it; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26',
    'nagtail.ini:10: password_file: cannot read missing: no such file or directory',
    "rules/a.sec:9: Invalid regular expression '(': Unmatched ( in regex; marked by <-- HERE in m/( <-- HERE /",
    "rules/b.sec:1: Keyword 'ptype' missing (needed for SINGLE rule)",
    'rules/b.sec: warning: No valid rules found in configuration file rules/b.sec',
    'rules/c.sec: cannot read the rule file: it is a directory',
    'nagtail.ini, 1 rule in 2 rule files: 8 problems',
  ]);
});

test('slow patterns are warned of, with what to do, and all is well all the same', async (t) => {
  const { validate } = folderWith(t, {
    'rules/a.sec': `${rule}\n${rule.replace('=xx', '=^(\\d+)$')}`,
  });
  assert.deepEqual(await validate(), {
    code: 0,
    lines: [
      'rules/a.sec:9: warning: this pattern is tried on each line: there is no text of 2 bytes or more of which every match must hold one; add a text that stands in the lines that are meant, such as the name of the program',
      'nagtail.ini, 2 rules in 1 rule file: 1 problem',
    ],
  });
  const { code, lines } = await validate('--json');
  assert.equal(code, 0);
  const [first] = lines.map((line): unknown => JSON.parse(line));
  const { severity, line } = Object(first);
  assert.deepEqual({ severity, line }, { severity: 'warning', line: 9 });
});

test('problems as JSON, one a line', async (t) => {
  const { folder, validate } = folderWith(t, { 'rules/a.sec': rule.replace('none', 'nothing') });
  const { code, lines } = await validate('--json');
  assert.equal(code, 1);
  const [first] = lines.map((line): unknown => JSON.parse(line));
  assert.deepEqual(first, {
    // The folder was taken out of the path.
    file: path.relative(folder, path.join(folder, 'rules/a.sec')),
    line: 5,
    severity: 'error',
    message: "Invalid action 'nothing'; no action has this name",
  });
});

test('rule files alone, without a configuration', async (t) => {
  const { folder } = folderWith(t, { 'rules/b.sec': rule.replace('=xx', '=[') });
  const check = (...names: readonly string[]) =>
    Program.run(t, 'nagtail', ['validate', ...names.map((name) => path.join(folder, name))]);
  const good = await check('rules/a.sec');
  assert.deepEqual([good.code, good.stdout], [0, '1 rule in 1 rule file: no problems\n']);
  const bad = await check('rules/a.sec', 'rules/b.sec', 'rules/none.sec');
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /rules\/b\.sec:3: Invalid regular expression '\['/);
  assert.match(bad.stdout, /rules\/none\.sec: rules: no file matches/);
});

test('a configuration that is not there, or may not be read', async (t) => {
  const missing = await Program.run(t, 'nagtail', ['validate', '--config', '/nowhere/nagtail.ini']);
  assert.deepEqual(
    [missing.code, missing.stdout.split('\n')[0]],
    [
      1,
      '/nowhere/nagtail.ini: cannot read the configuration: no such file or directory; give another with --config FILE',
    ],
  );
  // To root everything is readable.
  if (process.getuid?.() === 0) return;
  const { folder, validate } = folderWith(t, {});
  chmodSync(path.join(folder, 'nagtail.ini'), 0);
  const { code, lines } = await validate();
  assert.equal(code, 1);
  assert.match(lines[0] ?? '', /permission denied/);
});

test('a password is never shown', async (t) => {
  const { validate } = folderWith(t, {
    'nagtail.ini': configuration.replace(
      'password = secret',
      'password = hunter2\npassword_file = x\n',
    ),
  });
  const { lines } = await validate();
  assert.deepEqual(lines.slice(0, 1), [
    'nagtail.ini:9: expected either password or password_file, found both',
  ]);
  assert.ok(!lines.join('\n').includes('hunter2'));
});

test('a journal: its folder may be missing, and journalctl', async (t) => {
  const journal = 'type = journal\ndirectory = journals';
  const { validate } = folderWith(t, {
    'nagtail.ini': configuration.replace('path = auth.log', journal),
  });
  const { lines } = await validate();
  const missing = peer('journalctl').skip
    ? 'no journalctl in PATH, which reads the systemd journal'
    : 'no such file: journals';
  assert.deepEqual(lines, [
    `nagtail.ini:3: warning: input auth: ${missing}; the agent waits for it`,
    'nagtail.ini, 1 rule in 1 rule file: 1 problem',
  ]);
});
