import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { version } from '../../platform/version.ts';
import { fencedBlocks } from '../docs/fenced-blocks.ts';
import { ansibleEnvironment, collectionsIn, runPlaybook } from '../support/ansible-run.ts';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { FifoReader } from '../support/fifo.ts';
import { freePort } from '../support/free-port.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { patienceMs, waitFor } from '../support/wait-for.ts';
import { projectFile, projectRoot } from '../tidy/project-files.ts';

const lint = peer('ansible-lint');

test('ansible-lint has nothing to say', { skip: lint.skip }, (t) => {
  const collections = collectionsIn(tempDir(t));
  const { status, stdout, stderr } = spawnSync(lint.path, ['--offline', '--nocolor', '-q'], {
    cwd: path.join(collections, 'ansible_collections/nagtail/nagtail'),
    encoding: 'utf8',
    env: ansibleEnvironment(collections),
  });
  assert.equal(status, 0, stdout + stderr);
});

test('the inventory of the README is one, and its variables are those of the roles', {
  skip: peer('ansible-inventory').skip,
}, (t) => {
  const [block] = fencedBlocks(projectFile('scripts/ansible/README.md').text).filter(
    ({ language }) => language === 'ini',
  );
  const file = path.join(tempDir(t), 'inventory.ini');
  writeFileSync(file, block?.text ?? '');
  const { status, stdout, stderr } = spawnSync('ansible-inventory', ['-i', file, '--list'], {
    encoding: 'utf8',
    env: ansibleEnvironment(tempDir(t)),
  });
  assert.equal(status, 0, stderr);
  const { nagtail_agents: agents, nagios_servers: servers, _meta: meta } = JSON.parse(stdout);
  assert.deepEqual(agents.hosts, ['web01.example.com', 'web02.example.com']);
  assert.deepEqual(servers.hosts, ['nagios.example.com']);
  for (const [host, role] of [
    ['web01.example.com', 'agent'],
    ['nagios.example.com', 'shim'],
  ] as const) {
    const known = projectFile(`scripts/ansible/roles/${role}/meta/argument_specs.yml`).text;
    const names = Object.keys(meta.hostvars[host]);
    assert.ok(names.length > 0);
    for (const name of names) assert.ok(known.includes(`\n      ${name}:\n`), name);
  }
});

/** PACKAGES=all: check mode before the installation, too, and rules that are refused and removed. */
const isFull = process.env['PACKAGES'] === 'all';

const nagios = peer('nagios4');
const skip = noFreshRoot() || peer('ansible-playbook').skip || nagios.skip;

/** Of a receiver that does not have the secret of the host. */
const ownPassword = 'said-in-the-inventory';

/** A Nagios server, a monitored host, and what the controller has. */
interface Fleet {
  readonly server: FreshRoot;
  readonly web01: FreshRoot;
  readonly controller: string;
  readonly commandFile: string;
}

/** A name with the version in it, by which the role sees whether it is installed. */
function packageFile(name: string): string {
  return `${name}${version}_amd64.deb`;
}

async function makeFleet(t: TestContext): Promise<Fleet> {
  const server = FreshRoot.copy(t);
  const web01 = FreshRoot.copy(t);
  const controller = tempDir(t);
  const packages = buildPackages(t, 'deb');
  for (const name of ['nagtail_', 'nagtail-shim_'])
    copyFileSync(builtFile(packages, name), path.join(controller, packageFile(name)));
  mkdirSync(path.join(controller, 'rules'));
  for (const rules of ['ssh-logins.sec', 'system.sec'])
    copyFileSync(
      path.join(projectRoot, 'config/rules', rules),
      path.join(controller, 'rules', rules),
    );
  // The command file as the packages of Nagios have it: its group may write.
  const { code, text } = server.run(`useradd --system --user-group nagios
    install -d -o nagios -g nagios -m 2750 /var/lib/nagios4/rw
    mkfifo -m 660 /var/lib/nagios4/rw/nagios.cmd; chown nagios:nagios /var/lib/nagios4/rw/nagios.cmd`);
  assert.equal(code, 0, text);
  installNagios(server);
  web01.run('install -g adm -m 640 /dev/null /var/log/auth.log');
  const port = await freePort();
  writeFileSync(
    path.join(controller, 'inventory.ini'),
    `[nagios_servers]
nagios ansible_host=${server.path}
[nagtail_agents]
web01.example.com ansible_host=${web01.path}
[all:vars]
ansible_connection=community.general.chroot
ansible_python_interpreter=/usr/bin/python3
ansible_become=false
[nagios_servers:vars]
shim_package_file="{{ inventory_dir }}/${packageFile('nagtail-shim_')}"
shim_manage_service=false
shim_nagios_folder=/etc/nagios4/conf.d
shim_nagios_check="/usr/sbin/nagios4 -v /srv/nagios/etc/nagios.cfg"
shim_listeners=[{"name": "nsca-ng", "address": "127.0.0.1", "port": ${port}}]
[nagtail_agents:vars]
agent_package_file="{{ inventory_dir }}/${packageFile('nagtail_')}"
agent_manage_service=false
agent_rules=["{{ inventory_dir }}/rules/*.sec"]
agent_options={"heartbeat_interval": 60}
agent_services=[{"name": "SSH logins", "notes": "failed logins"}]
agent_inputs=[{"name": "auth", "path": "/var/log/auth.log"}]
agent_receivers=[{"name": "main", "protocol": "nsca-ng", "host": "127.0.0.1", "port": ${port}}, {"name": "old", "protocol": "nsca", "host": "127.0.0.1", "port": 1, "password": "${ownPassword}"}]
`,
  );
  return { server, web01, controller, commandFile: server.file('/var/lib/nagios4/rw/nagios.cmd') };
}

/** The real Nagios, which knows the host, with nothing but what it is linked with. */
function installNagios(server: FreshRoot): void {
  copyFileSync(nagios.path, server.file('/usr/sbin/nagios4'));
  copyFileSync(
    path.join(projectRoot, 'test/support/nagios-minimal.sh'),
    server.file('/srv/nagios-minimal.sh'),
  );
  const { code, text } = server.run(`set -e
    chmod 755 /usr/sbin/nagios4; mkdir -p /etc/nagios4/conf.d
    sh /srv/nagios-minimal.sh /srv/nagios 1 1
    echo cfg_dir=/etc/nagios4/conf.d >>/srv/nagios/etc/nagios.cfg
    printf 'define host {\\n use ph\\n host_name web01.example.com\\n}\\n' >>/srv/nagios/etc/objects.cfg
    printf 'define service {\\n use ps\\n name generic-service\\n register 0\\n}\\n' >>/srv/nagios/etc/objects.cfg`);
  assert.equal(code, 0, text);
}

test('two hosts by Ansible: a line of one is a command of the other', {
  skip,
  timeout: 900_000,
}, async (t) => {
  const { server, web01, controller, commandFile } = await makeFleet(t);
  const collections = collectionsIn(tempDir(t));
  const play = (...args: string[]) => {
    const inventory = ['-i', path.join(controller, 'inventory.ini')];
    const all = [...inventory, ...args, 'nagtail.nagtail.site'];
    const result = runPlaybook([server, web01], collections, all);
    assert.equal(result.code, 0, result.text);
    assert.equal(result.failed, 0, result.text);
    return result;
  };

  if (isFull) {
    const checked = play('--check');
    assert.ok(checked.changed >= 2, checked.text);
    assert.equal(web01.run('command -v nagtail').code, 127, 'check mode has changed something');
  }
  const installed = play('--diff');
  assert.ok(installed.changed >= 4, installed.text);
  const again = play();
  assert.equal(again.changed, 0, again.text);

  const secret = readFileSync(path.join(controller, 'secrets/web01.example.com'), 'utf8').trim();
  assert.match(secret, /^[A-Za-z0-9]{43}$/);
  assert.equal(web01.run('cat /etc/nagtail/secrets/main').text.trim(), secret);
  assert.ok(![installed, again].some(({ text }) => text.includes(secret)), 'it was shown');
  assert.equal(web01.run('cat /etc/nagtail/secrets/old').text.trim(), ownPassword);
  assert.ok(!web01.run('cat /etc/nagtail/nagtail.ini').text.includes(ownPassword));
  assert.ok(![installed, again].some(({ text }) => text.includes(ownPassword)), 'it was shown');
  assert.match(server.run('id nagtail-shim').text, /\(nagios\)/);

  const objects = server.run('cat /etc/nagios4/conf.d/nagtail-agents.cfg').text;
  const blocks = objects.match(/define service \{[^}]*\}/g) ?? [];
  assert.equal(blocks.length, 2, objects);
  assert.match(blocks[0] ?? '', /nagtail-heartbeat\n +host_name +web01\.example\.com\n/);
  assert.match(blocks[0] ?? '', /freshness_threshold 180\n/);
  assert.match(blocks[1] ?? '', /service_description SSH logins\n +notes +failed logins\n/);
  const check = server.run('nagios4 -v /srv/nagios/etc/nagios.cfg');
  assert.equal(check.code, 0, check.text);

  const reader = new FifoReader(commandFile);
  t.after(() => reader.close());
  for (const [root, name] of [
    [server, 'nagtail-shim'],
    [web01, 'nagtail'],
  ] as const)
    root.start(t, `setpriv --reuid=${name} --regid=${name} --init-groups ${name} run 2>/tmp/log`);
  const patience = 2 * patienceMs;
  const log = () => web01.run('cat /tmp/log').text;
  await waitFor('the agent', log, (said) => said.includes('READY'), patience);
  appendFileSync(
    web01.file('/var/log/auth.log'),
    'Nov 25 10:00:00 web01 sshd[77]: Failed password for root from 192.0.2.7 port 4242 ssh2\n',
  );
  await waitFor(
    'the command',
    () => reader.lines,
    ({ length }) => length > 0,
    patience,
  );
  assert.match(
    reader.text,
    /;web01\.example\.com;SSH logins;1;failed login of root from 192\.0\.2\.7\n/,
  );

  if (!isFull) return;
  rmSync(path.join(controller, 'rules/system.sec'));
  writeFileSync(path.join(controller, 'rules/bad.sec'), 'type=Nothing\n');
  const inventory = path.join(controller, 'inventory.ini');
  const refused = runPlaybook([server, web01], collections, [
    '-i',
    inventory,
    'nagtail.nagtail.site',
  ]);
  assert.notEqual(refused.code, 0, 'a rule file that is wrong was put in place');
  assert.match(refused.text, /bad\.sec/);
  rmSync(path.join(controller, 'rules/bad.sec'));
  const purged = play();
  assert.equal(purged.changed, 1, purged.text);
  assert.deepEqual(readdirSync(web01.file('/etc/nagtail/rules.d')), ['ssh-logins.sec']);
  const wrong = '{"agent_services": [{"name": "x", "no_such_key": "y"}]}';
  const taken = runPlaybook([server, web01], collections, [
    ...['-i', inventory, '-e', wrong],
    'nagtail.nagtail.site',
  ]);
  assert.notEqual(taken.code, 0, 'Nagios objects that are wrong were put in place');
  assert.match(taken.text, /no_such_key/);
  assert.equal(server.run('cat /etc/nagios4/conf.d/nagtail-agents.cfg').text, objects);
  assert.deepEqual(readdirSync(server.file('/etc/nagios4/conf.d')).toSorted(), [
    'nagtail-agents.cfg',
    'nagtail.cfg',
  ]);
  const other = play('-e', '{"agent_options": {"heartbeat_interval": 90}}');
  assert.match(other.text, /RUNNING HANDLER \[nagtail\.nagtail\.agent : Restart nagtail\]/);
  assert.doesNotMatch(other.text, /RUNNING HANDLER \[nagtail\.nagtail\.agent : Reload nagtail\]/);
});
