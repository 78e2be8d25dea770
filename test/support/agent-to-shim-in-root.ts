import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.ts';
import type { FreshRoot } from './fresh-root.ts';
import { patienceMs, waitFor } from './wait-for.ts';

const failedLogin =
  'Nov 25 10:00:00 web01 sshd[77]: Failed password for root from 192.0.2.7 port 4242 ssh2\n';

/**
 * Starts both installed programs of a root as their users, with the configuration that came
 * with them but for names and ports, and waits for a line of a log to be a command for Nagios.
 * @returns that command
 */
export async function lineToCommand(test: TestContext, root: FreshRoot): Promise<string> {
  const port = await freePort();
  const commands = root.file('/var/lib/nagtail-shim/commands');
  change(root, '/etc/nagtail-shim/nagtail-shim.ini', [
    [/port = 5668/, `port = ${port}`],
    [/\[listen\.nsca\][^[]*/, ''],
    [/path = \/var\/lib\/nagios4.*/, 'path = /var/lib/nagtail-shim/commands\ncreate = yes'],
  ]);
  change(root, '/etc/nagtail/nagtail.ini', [
    [/; host_name = web01.*/, 'host_name = web01'],
    [/host = nagios\.example\.com\nport = 5668/, `host = 127.0.0.1\nport = ${port}`],
  ]);
  writeFileSync(root.file('/var/log/auth.log'), '');
  const { code, text } = root.run(`
    set -e
    cat /etc/nagtail-shim/secrets/web01 >/etc/nagtail/secrets/main
    chgrp adm /var/log/auth.log; chmod 640 /var/log/auth.log
    nagtail validate && nagtail-shim validate`);
  if (code !== 0) throw new Error(text);
  const asUser = (name: string) =>
    `setpriv --reuid=${name} --regid=${name} --init-groups ${name} run 2>/tmp/${name}.log`;
  root.start(test, `${asUser('nagtail-shim')} & ${asUser('nagtail')} & wait`);
  const log = root.file('/tmp/nagtail.log');
  const patience = 2 * patienceMs;
  await waitFor(
    'the agent',
    () => textOf(log),
    (said) => /READY/.test(said),
    patience,
  );
  appendFileSync(root.file('/var/log/auth.log'), failedLogin);
  return await waitFor(
    'a command',
    () => textOf(commands),
    (said) => said !== '',
    patience,
  );
}

function change(root: FreshRoot, file: string, replacements: readonly [RegExp, string][]): void {
  const target = root.file(file);
  let text = readFileSync(target, 'utf8');
  for (const [what, by] of replacements) {
    if (!what.test(text)) throw new Error(`${file} has no ${what}`);
    text = text.replace(what, by);
  }
  writeFileSync(target, text);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
