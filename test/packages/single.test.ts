import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { lineToCommand } from '../support/agent-to-shim-in-root.ts';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { listOfFiles } from '../support/list-of-files.ts';
import { waitFor } from '../support/wait-for.ts';
import { projectRoot } from '../tidy/project-files.ts';

const perlRule =
  'type=Single\nptype=PerlFunc\npattern=sub { return $_[0] =~ /(\\d+)/ ? $1 * 2 : 0; }\ndesc=twice $1\naction=write - $1\n';

/** Kills the process of its argument while it has a connection to it, and tells how that ended. */
const client = String.raw`
use IO::Socket::INET;
open(my $log, '<', '/log') or die;
my ($port) = join('', <$log>) =~ /"port":(\d+)/ or die 'no port';
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die;
sysread($socket, my $head, 132) == 132 or die 'no first packet';
kill 'KILL', $ARGV[0] or die;
my $end = sysread($socket, my $more, 1);
print 'the end: ', defined $end ? 'orderly' : $!, "\n";
`;

test('the executable: both programs and all that they need in one file', {
  skip: noFreshRoot(),
  timeout: 600_000,
}, async (t) => {
  const root = FreshRoot.copy(t);
  const ok = (script: string): string => {
    const { code, text } = root.run(script);
    assert.equal(code, 0, `${script}\n${text}`);
    return text;
  };
  const program = root.file('/usr/local/bin/nagtail');
  copyFileSync(builtFile(buildPackages(t, 'single'), 'nagtail-'), program);
  chmodSync(program, 0o755);
  ok('ln -s nagtail /usr/local/bin/nagtail-shim');
  for (const [name, own] of [
    ['nagtail', 'agent'],
    ['nagtail-shim', 'shim'],
  ] as const) {
    mkdirSync(root.file(`/etc/${name}/secrets`), { recursive: true });
    const file = `${name}.ini`;
    copyFileSync(path.join(projectRoot, 'config', own, file), root.file(`/etc/${name}/${file}`));
  }
  cpSync(path.join(projectRoot, 'config/rules'), root.file('/etc/nagtail/rules.d'), {
    recursive: true,
  });
  writeFileSync(root.file('/srv/perl.sec'), perlRule);
  writeFileSync(root.file('/srv/line'), 'value 21\n');
  ok(`for name in nagtail nagtail-shim; do
      useradd --system --user-group $name; usermod -aG adm $name
      install -d -o $name -g $name /var/lib/$name; done
    for secret in nagtail/secrets/main nagtail-shim/secrets/web01 nagtail-shim/secrets/nsca; do
      echo "a secret" >/etc/$secret; done`);

  const before = listOfFiles(root);
  assert.match(ok('nagtail --version'), /^\d+\.\d+\.\d+\n$/);
  assert.match(ok('nagtail --help'), /nagtail simulate/);
  assert.match(ok('nagtail-shim --help'), /nagtail-shim secret/);
  assert.match(ok('nagtail nagtail-shim --help'), /nagtail-shim secret/, 'without the link');
  assert.match(ok('nagtail simulate --conf /srv/perl.sec /srv/line'), /> 42\n/);
  const licences = ok('nagtail --licences');
  for (const part of ['MIT License', 'winston', 'yargs', 'Node.js'])
    assert.ok(licences.includes(part));
  assert.equal(root.run('nagtail -e "process.exit(7)"').code, 2, 'it is no Node.js');
  assert.equal(listOfFiles(root), before, 'it unpacks nothing');

  assert.match(await lineToCommand(t, root), /;web01;SSH logins;1;failed login of root/);

  ok(
    'cd /tmp; nagtail sec --conf=/srv/perl.sec --input=/srv/line --log=/tmp/sec.log --pid=/tmp/sec.pid --detach',
  );
  const log = () => root.run('cat /tmp/sec.log').text;
  await waitFor(
    'SEC in the background',
    log,
    (text) => text.includes('Opening input file'),
    60_000,
  );
});

test('the receiver in it resets its connections when it is killed', {
  skip: noFreshRoot(),
  timeout: 300_000,
}, async (t) => {
  const root = FreshRoot.copy(t);
  copyFileSync(builtFile(buildPackages(t, 'single'), 'nagtail-'), root.file('/nagtail-shim'));
  const configuration = `[shim]\nstate_dir = /state\n[listen.nsca]\naddress = 127.0.0.1\nport = 0\nencryption_method = 1\npassword = x\n[sink.a]\ntype = command-file\npath = /commands\ncreate = yes\n`;
  writeFileSync(root.file('/shim.ini'), configuration);
  writeFileSync(root.file('/client.pl'), client);
  const { code, text } = root.run(`
    chmod 755 /nagtail-shim
    /nagtail-shim run --config /shim.ini --log-format json 2>/log & shim=$!
    for i in $(seq 1 600); do grep -q LISTENING /log && break; sleep 0.05; done
    cat /log; exec perl /client.pl $shim`);
  assert.equal(code, 0, text);
  assert.doesNotMatch(text, /"level":"(?:warn|error)"/);
  assert.match(text, /the end: Connection reset by peer/);
});
