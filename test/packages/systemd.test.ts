import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { version } from '../../platform/version.ts';
import { fencedBlocks } from '../docs/fenced-blocks.ts';
import { BootedRoot } from '../support/booted-root.ts';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { noFreshRoot } from '../support/fresh-root.ts';
import { peer } from '../support/peers.ts';
import { patienceMs, waitFor } from '../support/wait-for.ts';
import { projectFile } from '../tidy/project-files.ts';

const nspawn = peer('systemd-nspawn');
const skip = noFreshRoot('bookworm-systemd') || nspawn.skip || peer('dpkg-deb').skip;
const patience = 2 * patienceMs;

/** Both ends configured for each other, and a command file as the packages of Nagios have it. */
const configure = `set -e
groupadd nagios; useradd -g nagios nagios; usermod -aG nagios nagtail-shim
install -d -o nagios -g nagios -m 2750 /var/lib/nagios4/rw
mkfifo -m 660 /var/lib/nagios4/rw/nagios.cmd; chown nagios:nagios /var/lib/nagios4/rw/nagios.cmd
cat /etc/nagtail-shim/secrets/web01 >/etc/nagtail/secrets/main
sed -i 's/; host_name = web01.*/host_name = web01/; s/nagios.example.com/127.0.0.1/; /^.input.syslog/,/^path/d' /etc/nagtail/nagtail.ini
install -g adm -m 640 /dev/null /var/log/auth.log`;

test('under systemd: started, reloaded, restarted without a refusal, removed', {
  skip,
  timeout: 900_000,
}, async (t) => {
  const machine = await BootedRoot.boot(t, nspawn.path);
  const ok = (script: string): string => {
    const { code, text } = machine.run(script);
    assert.equal(code, 0, `${script}\n${text}\n${machine.run('journalctl -n 30 --no-pager').text}`);
    return text;
  };
  const packages = buildPackages(t, 'deb').map((file) => {
    const inside = `/opt/${path.basename(file)}`;
    copyFileSync(file, machine.root.file(inside));
    return inside;
  });
  // As docs/INSTALL.md tells, the receiver first; what it leaves to an editor is done by one of ours.
  const [steps] = fencedBlocks(projectFile('docs/INSTALL.md').text).filter(({ text }) =>
    text.startsWith('apt install ./nagtail_VERSION'),
  );
  ok(`apt-get install -y --no-install-recommends ./opt/${path.basename(builtFile(packages, 'nagtail-shim'))}
cat >/usr/local/bin/editor <<'END'
#!/bin/sh
for unit in nagtail nagtail-shim; do
  [ "$(systemctl is-active $unit)" = inactive ] && [ "$(systemctl is-enabled $unit)" = disabled ] || exit 1
done
${configure}
END
chmod +x /usr/local/bin/editor; cd /opt; set -e
${steps?.text.replaceAll('VERSION', version)}`);
  assert.match(
    ok('systemctl is-active nagtail; systemctl is-enabled nagtail'),
    /^active\nenabled\n/,
  );

  const journal = (unit: string) => machine.run(`journalctl -u ${unit} -o cat --no-pager`).text;
  const said = (unit: string, what: RegExp, times = 1) =>
    waitFor(
      `${what} of ${unit}`,
      () => journal(unit),
      (text) => text.split(what).length > times,
      patience,
    );
  /** A line in the log, and what Nagios reads then. */
  const report = (user: string): string =>
    ok(`(timeout 60 head -n1 /var/lib/nagios4/rw/nagios.cmd >/tmp/command) & sleep 0.2
      echo 'Nov 25 10:00:00 web01 sshd[7]: Failed password for ${user} from 192.0.2.7 port 42 ssh2' >>/var/log/auth.log
      wait; cat /tmp/command`);

  await t.test('a line becomes a command, from unit to unit', async () => {
    ok('systemctl enable --now nagtail-shim-nsca-ng.socket nagtail');
    await said('nagtail', /READY/);
    assert.match(report('root'), /;web01;SSH logins;1;failed login of root/);
    assert.match(ok('systemctl is-active nagtail nagtail-shim'), /^active\nactive\n$/);
    ok('nagtail-shim check self');
  });

  await t.test('a reload takes rules over, and refuses those that are wrong', async () => {
    ok('systemctl reload nagtail');
    await said('nagtail', /RELOADED/);
    ok("echo 'type=Nothing' >/etc/nagtail/rules.d/wrong.sec");
    assert.notEqual(machine.run('systemctl reload nagtail').code, 0);
    assert.match(journal('nagtail'), /wrong\.sec:1: /);
    ok('systemctl is-active nagtail; rm /etc/nagtail/rules.d/wrong.sec');
  });

  await t.test('so does that of the receiver, whose port is held by systemd', async () => {
    const pid = () => ok('systemctl show -P MainPID nagtail-shim');
    const before = pid();
    ok('systemctl reload nagtail-shim');
    await said('nagtail-shim', /CONFIG_RELOADED/);
    assert.doesNotMatch(journal('nagtail-shim'), /RESTART_NEEDED|CONFIG_PROBLEM/);
    ok(
      "cp /etc/nagtail-shim/nagtail-shim.ini /opt/; echo '[nonsense]' >>/etc/nagtail-shim/nagtail-shim.ini",
    );
    assert.notEqual(machine.run('systemctl reload nagtail-shim').code, 0);
    ok('cp /opt/nagtail-shim.ini /etc/nagtail-shim/');
    assert.match(report('carol'), /failed login of carol/);
    assert.equal(pid(), before);
  });

  await t.test('a restart of the receiver loses nothing', () => {
    ok('systemctl restart nagtail-shim');
    assert.match(report('alice'), /failed login of alice/);
  });

  await t.test('a wrong configuration is not tried again', async () => {
    ok("cp /etc/nagtail/nagtail.ini /opt/; echo '[nonsense]' >>/etc/nagtail/nagtail.ini");
    machine.run('systemctl restart nagtail');
    const show = () =>
      machine.run('systemctl show nagtail -p ExecMainStatus,ActiveState,NRestarts').text;
    await waitFor('a failure', show, (text) => text.includes('ActiveState=failed'), patience);
    assert.match(show(), /ExecMainStatus=78/);
    assert.match(show(), /NRestarts=0/);
    ok('cp /opt/nagtail.ini /etc/nagtail/; systemctl reset-failed nagtail');
  });

  await t.test('logs and passwords that only root may read, by the additions', async () => {
    ok(`mkdir /etc/systemd/system/nagtail.service.d
      cp /usr/share/nagtail/systemd/*.conf /etc/systemd/system/nagtail.service.d/
      chown root:root /etc/nagtail/secrets/main /var/log/auth.log
      chmod 600 /etc/nagtail/secrets/main /var/log/auth.log
      sed -i 's#^password_file = .*#password_file = \${CREDENTIALS_DIRECTORY}/main#' /etc/nagtail/nagtail.ini
      systemctl daemon-reload; systemctl start nagtail`);
    await said('nagtail', /READY/, 2);
    assert.match(report('bob'), /failed login of bob/);
    ok('systemctl reload nagtail');
  });

  await t.test(
    'an upgrade keeps the configuration, and what runs goes on with the new version',
    () => {
      const state = `systemctl show -P MainPID nagtail nagtail-shim; cat /etc/nagtail/nagtail.ini`;
      const before = ok(state).split('\n');
      ok(`dpkg -i ${packages.join(' ')}`);
      const after = ok(state).split('\n');
      assert.deepEqual(after.slice(3), before.slice(3));
      assert.equal(
        before.filter((line, at) => /^[1-9]\d*$/.test(line) && line !== after[at]).length,
        2,
      );
    },
  );

  await t.test('removed and purged', () => {
    ok('apt-get purge -y nagtail nagtail-shim');
    const left = machine.run(`systemctl list-units --state=active --no-legend 'nagtail*'
      ls -d /etc/nagtail* /var/lib/nagtail* /etc/systemd/system/*.wants/nagtail* 2>/dev/null`);
    assert.equal(left.text, '');
  });
});
