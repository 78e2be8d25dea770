import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { lineToCommand } from '../support/agent-to-shim-in-root.ts';
import { buildPackages } from '../support/built-packages.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { listOfFiles } from '../support/list-of-files.ts';
import { peer } from '../support/peers.ts';

const skip = noFreshRoot() || peer('dpkg-deb').skip;

test('the .deb: installed, run as its user, removed, purged', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const root = FreshRoot.copy(t);
  const packages = buildPackages(t, 'deb').map((file) => {
    const inside = `/tmp/${path.basename(file)}`;
    copyFileSync(file, root.file(inside));
    return inside;
  });
  // The root has no lists of packages: nothing else can be fetched.
  const before = listOfFiles(root);
  const ok = (script: string): string => {
    const { code, text } = root.run(script);
    assert.equal(code, 0, `${script}\n${text}`);
    return text;
  };

  ok(`apt-get install --no-install-recommends -y ${packages.join(' ')}`);
  assert.match(ok('id nagtail'), /groups=\d+\(nagtail\),4\(adm\)/);
  ok('nagtail validate && nagtail-shim validate');
  for (const secret of ['nagtail/secrets/main', 'nagtail-shim/secrets/web01'])
    assert.match(ok(`stat -c '%U:%a' /etc/${secret}`), /^root:640\n/);
  assert.match(ok('ls -ld /etc/nagtail/secrets'), /^drwxr-x--- \d root nagtail/);
  assert.equal(
    ok('setpriv --reuid=nobody cat /etc/nagtail/secrets/main || true').includes('='),
    false,
  );
  assert.match(await lineToCommand(t, root), /;web01;SSH logins;1;failed login of root/);

  const main = readFileSync(root.file('/etc/nagtail/nagtail.ini'), 'utf8');
  ok('apt-get remove -y nagtail nagtail-shim');
  assert.equal(readFileSync(root.file('/etc/nagtail/nagtail.ini'), 'utf8'), main);
  assert.ok(existsSync(root.file('/var/lib/nagtail/agent.sqlite')));
  ok('! command -v nagtail');
  ok('apt-get purge -y nagtail nagtail-shim');
  assert.equal(listOfFiles(root), before);
});
