import assert from 'node:assert/strict';
import { copyFileSync, existsSync } from 'node:fs';
import { test } from 'node:test';
import { lineToCommand } from '../support/agent-to-shim-in-root.ts';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { listOfFiles } from '../support/list-of-files.ts';

const skip = noFreshRoot();

test('the tarball: run in place, installed, run as its user, purged', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const root = FreshRoot.copy(t);
  copyFileSync(builtFile(buildPackages(t, 'tar'), 'nagtail-'), root.file('/tmp/nagtail.tar.gz'));
  const ok = (script: string): string => {
    const { code, text } = root.run(script);
    assert.equal(code, 0, `${script}\n${text}`);
    return text;
  };
  const before = listOfFiles(root);

  ok('cd /tmp && tar xzf nagtail.tar.gz && mv nagtail-*-linux-* nagtail');
  assert.match(ok('/tmp/nagtail/bin/nagtail --version'), /^\d+\.\d+\.\d+\n$/);
  ok('/tmp/nagtail/bin/nagtail validate /tmp/nagtail/etc/nagtail/rules.d/*.sec');

  ok('/tmp/nagtail/install');
  ok('nagtail validate && nagtail-shim validate');
  assert.match(
    ok('cat /etc/systemd/system/nagtail.service'),
    /ExecStart=\/opt\/nagtail\/bin\/nagtail run/,
  );
  assert.match(
    ok('cat /etc/systemd/system/nagtail-shim.service'),
    /ExecStart=\/opt\/nagtail\/bin\/nagtail-shim run/,
  );
  assert.match(await lineToCommand(t, root), /;web01;SSH logins;1;failed login of root/);

  ok('/tmp/nagtail/install --remove nagtail');
  ok('! command -v nagtail && nagtail-shim validate');
  assert.ok(existsSync(root.file('/var/lib/nagtail/agent.sqlite')));
  ok('/tmp/nagtail/install --purge');
  assert.equal(listOfFiles(root), before);
});
