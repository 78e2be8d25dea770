import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { peer } from '../support/peers.ts';

const rpm = peer('rpm');
const skip = noFreshRoot() || rpm.skip || peer('rpmbuild').skip;

test('the .rpm: what is in it, and an installation', { skip, timeout: 600_000 }, async (t) => {
  const packages = buildPackages(t, 'rpm');
  const agent = builtFile(packages, 'nagtail-0');
  const query = (...args: string[]) =>
    execFileSync(rpm.path, ['-qp', ...args], { encoding: 'utf8' })
      .trim()
      .split('\n');

  await t.test('its files and its configuration', () => {
    const files = query('-l', agent);
    for (const file of [
      '/usr/bin/nagtail',
      '/usr/lib/nagtail/node',
      '/usr/lib/nagtail/app/nagtail.js',
      '/usr/lib/nagtail/app/pipeline-thread.js',
      '/usr/lib/nagtail/app/coprocess.pl',
      '/usr/lib/systemd/system/nagtail.service',
      '/usr/lib/sysusers.d/nagtail.conf',
      '/usr/lib/tmpfiles.d/nagtail.conf',
    ])
      assert.ok(files.includes(file), file);
    const noReplace = query('--qf', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]', agent).filter((line) =>
      line.startsWith('cn '),
    );
    assert.deepEqual(noReplace, [
      'cn /etc/nagtail/nagtail.ini',
      'cn /etc/nagtail/rules.d/ssh-logins.sec',
      'cn /etc/nagtail/rules.d/system.sec',
    ]);
    const owners = query('--qf', '[%{FILEUSERNAME}:%{FILEGROUPNAME} ]', agent).join('').trim();
    assert.deepEqual([...new Set(owners.split(' '))], ['root:root']);
  });

  await t.test('its scriptlets', () => {
    const text = query('--scripts', agent).join('\n');
    for (const part of [
      'postinstall scriptlet',
      'preuninstall scriptlet',
      'postuninstall scriptlet',
    ])
      assert.ok(text.includes(part), part);
    assert.match(text, /try-restart "\$program\.service"/);
    assert.doesNotMatch(text, /systemctl (?:enable|start)/);
  });

  await t.test('installed, validated, an edited configuration kept, removed', () => {
    const root = FreshRoot.copy(t);
    const into = ['--root', root.path, '--nodeps'];
    execFileSync(rpm.path, ['-i', ...into, agent], { stdio: 'pipe' });
    assert.equal(root.run('nagtail validate && id nagtail').code, 0);
    assert.equal(statSync(root.file('/etc/nagtail/secrets/main')).mode & 0o777, 0o640);
    const main = root.file('/etc/nagtail/nagtail.ini');
    execFileSync('sed', ['-i', 's/nagios.example.com/nagios.example.net/', main]);
    const edited = readFileSync(main, 'utf8');
    execFileSync(rpm.path, ['-U', '--force', ...into, agent], { stdio: 'pipe' });
    assert.equal(readFileSync(main, 'utf8'), edited);
    assert.equal(root.run('nagtail validate').code, 0);
    execFileSync(rpm.path, ['-e', ...into, 'nagtail'], { stdio: 'pipe' });
    assert.equal(existsSync(root.file('/usr/lib/nagtail/node')), false);
    assert.ok(existsSync(root.file('/var/lib/nagtail')), 'removal keeps state');
    assert.equal(readFileSync(`${main}.rpmsave`, 'utf8'), edited);
  });
});
