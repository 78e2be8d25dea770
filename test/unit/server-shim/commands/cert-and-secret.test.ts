import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeEnrolment } from '../../../../protocol/enrolment-token.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A folder for a configuration, and `nagtail-shim` run beside it. */
function shimIn(test: TestContext) {
  const folder = tempDir(test);
  const config = join(folder, 'nagtail-shim.ini');
  return {
    folder,
    read: (file: string) => readFileSync(join(folder, file), 'utf8'),
    mode: (file: string) => statSync(join(folder, file)).mode & 0o777,
    run: (...args: readonly string[]) =>
      Program.run(test, 'nagtail-shim', [...args, '--config', config]),
  };
}

test('cert init makes a CA and a certificate of it, and keeps both until told otherwise', async (t) => {
  const { folder, read, mode, run } = shimIn(t);
  const first = await run('cert', 'init', '--name', 'nagios.example.com', '192.0.2.1');
  assert.equal(first.code, 0, first.stderr);
  const ca = new X509Certificate(read('tls/ca.crt'));
  const server = new X509Certificate(read('tls/shim.crt'));
  assert.ok(server.checkIssued(ca) && server.verify(ca.publicKey));
  assert.equal(server.checkHost('nagios.example.com'), 'nagios.example.com');
  assert.equal(server.checkIP('192.0.2.1'), '192.0.2.1');
  assert.equal(mode('tls/ca.key'), 0o600);
  assert.equal(mode('tls/shim.key'), 0o600);
  assert.ok(read('tls/shim.crt').endsWith(read('tls/ca.crt')));
  assert.ok(first.stdout.includes(ca.fingerprint256.replaceAll(':', '').toLowerCase()));
  assert.ok(first.stdout.includes(`tls_cert = ${join(folder, 'tls/shim.crt')}`));
  assert.ok(!/PRIVATE|BEGIN/.test(first.stdout));

  const again = await run('cert', 'init');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /shim\.crt is there already; --renew replaces it/);
  assert.equal(new X509Certificate(read('tls/shim.crt')).serialNumber, server.serialNumber);

  const renewed = await run('cert', 'init', '--renew', '--name', 'other.example.com');
  assert.equal(renewed.code, 0, renewed.stderr);
  const other = new X509Certificate(read('tls/shim.crt'));
  assert.ok(other.verify(ca.publicKey), 'of the CA that was there');
  assert.equal(other.checkHost('nagios.example.com'), undefined);
  assert.equal(mode('tls/shim.key'), 0o600);
});

test('cert agent makes a certificate in the name of an identity', async (t) => {
  const { read, mode, run } = shimIn(t);
  const without = await run('cert', 'agent', 'web01');
  assert.equal(without.code, 1);
  assert.match(without.stderr, /cannot read .*ca\.crt.*nagtail-shim cert init makes a CA/);
  await run('cert', 'init');
  const made = await run('cert', 'agent', 'web01');
  assert.equal(made.code, 0, made.stderr);
  const certificate = new X509Certificate(read('tls/agents/web01.crt'));
  assert.equal(certificate.subject, 'CN=web01');
  assert.ok(certificate.verify(new X509Certificate(read('tls/ca.crt')).publicKey));
  assert.equal(mode('tls/agents/web01.key'), 0o600);
  const outside = await run('cert', 'agent', '../web01');
  assert.equal(outside.code, 1);
  assert.match(outside.stderr, /cannot be the name of a file/);
});

test('secret new makes a random password that only its owner can read, and does not show it', async (t) => {
  const { read, mode, run } = shimIn(t);
  const made = await run('secret', 'new', 'web01.example.com');
  assert.equal(made.code, 0, made.stderr);
  const password = read('secrets/web01.example.com');
  assert.match(password, /^[\w-]{43}\n$/);
  assert.equal(mode('secrets/web01.example.com'), 0o600);
  assert.ok(!made.stdout.includes(password.trim()));
  assert.ok(made.stdout.includes('hosts = web01\\.example\\.com\n'));
  const again = await run('secret', 'new', 'web01.example.com');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is there already; --replace makes a new password/);
  const replaced = await run('secret', 'new', 'web01.example.com', '--replace');
  assert.equal(replaced.code, 0, replaced.stderr);
  assert.notEqual(read('secrets/web01.example.com'), password);
  assert.equal(mode('secrets/web01.example.com'), 0o600);
});

test('secret token prints what an agent needs, in one line', async (t) => {
  const { read, run } = shimIn(t);
  await run('secret', 'new', 'web01');
  const secret = read('secrets/web01').trim();
  const ng = await run('secret', 'token', 'web01', '--host', 'nagios.example.com');
  assert.equal(ng.code, 0, ng.stderr);
  assert.match(ng.stdout, /^nagtail1\.[\w-]+\.[\w-]+\n$/);
  const expected = { protocol: 'nsca-ng', host: 'nagios.example.com', port: 5668 };
  assert.deepEqual(decodeEnrolment(ng.stdout), {
    ok: true,
    enrolment: { ...expected, identity: 'web01', secret },
  });
  const url = 'https://nagios.example.com:8443/nrdp/';
  const none = await run('secret', 'token', 'web01', '--url', url);
  assert.match(none.stderr, /nagtail-shim cert init makes a CA/);
  await run('cert', 'init');
  const nrdp = decodeEnrolment((await run('secret', 'token', 'web01', '--url', url)).stdout);
  const caFingerprint = new X509Certificate(read('tls/ca.crt')).fingerprint256;
  assert.deepEqual(nrdp, {
    ok: true,
    enrolment: {
      protocol: 'nrdp',
      url,
      identity: 'web01',
      secret,
      caFingerprint: caFingerprint.replaceAll(':', '').toLowerCase(),
    },
  });
});
